// Forward weights of a listener's or rule's actions while traffic moves between a service's two target groups.
import type { Action, ForwardTarget } from '#model/load-balancer.ts';

export interface Weights {
  readonly primary: string;
  readonly alternate: string;
  /** Share of the alternate group, 0 to 100; the primary group has the rest. */
  readonly percent: number;
}

/** ALB weights are whole numbers up to 999: tenths of a per cent are 1 to 999, and what is whole stays as it is. */
const SCALE = 10;

/** The same reference when the weights are these already. Other target groups of the action keep theirs. */
export function withWeights(actions: readonly Action[], weights: Weights): readonly Action[] {
  let changed = false;
  const next = actions.map((action): Action => {
    if (action.type !== 'forward') return action;
    const targets = forwardTargets(action.targets, weights);
    if (sameTargets(action.targets, targets)) return action;
    changed = true;
    return { ...action, targets };
  });
  return changed ? next : actions;
}

function forwardTargets(targets: readonly ForwardTarget[], { primary, alternate, percent }: Weights): readonly ForwardTarget[] {
  const own = targets.some((target) => target.targetGroupArn === primary || target.targetGroupArn === alternate);
  if (!own) return targets;
  const scale = Number.isInteger(percent) ? 1 : SCALE;
  const others = targets.filter((target) => target.targetGroupArn !== primary && target.targetGroupArn !== alternate);
  const share = Math.round(percent * scale);
  return [{ targetGroupArn: primary, weight: 100 * scale - share }, { targetGroupArn: alternate, weight: share }, ...others];
}

function sameTargets(a: readonly ForwardTarget[], b: readonly ForwardTarget[]): boolean {
  return a.length === b.length && a.every((target, i) => target.targetGroupArn === b[i]?.targetGroupArn && target.weight === b[i]?.weight);
}
