// Moves traffic: the deployment's weights and the listener's, in one plan.
import { changeDeployment } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';

/** Weights are per cent for the target revision. */
export function sendTraffic(draft: Draft, change: { readonly productionWeight?: number; readonly testWeight?: number }): void {
  const { deployment } = draft;
  if (deployment === undefined) return;
  const production = change.productionWeight ?? deployment.productionWeight;
  const test = change.testWeight ?? deployment.testWeight;
  // As long as no revision ever served, the groups of the target are the only ones with tasks.
  const first = draft.scheduler.completedRevisionArn === undefined;
  const ofTarget = (percent: number): number => (first ? 100 : percent);
  const ofAlternate = (percent: number): number => (deployment.targetSlot === 'alternate' ? ofTarget(percent) : 100 - ofTarget(percent));
  changeDeployment(draft, { productionWeight: production, testWeight: test });
  draft.actions.push({ kind: 'traffic', production: ofAlternate(production), test: ofAlternate(test) });
  draft.why.push(`traffic: production ${production} %, test ${test} %`);
}
