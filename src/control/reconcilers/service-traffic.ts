// Writes the weights of a traffic shift into the rules and listeners of a service; the balancer follows the rows.
import type { ServiceAction } from '#core/service/snapshot.ts';
import { withWeights } from '#core/deployment/weights.ts';
import type { Weights } from '#core/deployment/weights.ts';
import { listenerOfDefaultRule, listeners, rules } from '#model/load-balancer.ts';
import { services } from '#model/service.ts';
import type { Transaction } from '#store/store.ts';

type Traffic = Extract<ServiceAction, { kind: 'traffic' }>;

export function shiftTraffic(tx: Transaction, serviceArn: string, { production, test }: Traffic): void {
  for (const { targetGroupArn: primary, advancedConfiguration: advanced } of tx.get(services, serviceArn)?.spec.loadBalancers ?? []) {
    const alternate = advanced?.alternateTargetGroupArn;
    if (primary === undefined || alternate === undefined) continue;
    setWeights(tx, advanced?.productionListenerRule, { primary, alternate, percent: production });
    setWeights(tx, advanced?.testListenerRule, { primary, alternate, percent: test });
  }
}

/** @param arn of a rule, of a listener's default rule, or of a listener itself (network load balancers) */
function setWeights(tx: Transaction, arn: string | undefined, weights: Weights): void {
  if (arn === undefined) return;
  const rule = tx.get(rules, arn);
  if (rule !== undefined) {
    const actions = withWeights(rule.actions, weights);
    if (actions !== rule.actions) tx.put(rules, { ...rule, actions });
    return;
  }
  const listener = tx.get(listeners, listenerOfDefaultRule(arn) ?? arn);
  if (listener === undefined) return;
  const defaultActions = withWeights(listener.defaultActions, weights);
  if (defaultActions !== listener.defaultActions) tx.put(listeners, { ...listener, defaultActions });
}
