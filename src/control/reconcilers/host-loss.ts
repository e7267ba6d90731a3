// Marks hosts as lost whose agents have been away for too long.
import { loseHost, planHostLoss, type HostLossAction, type HostLossSnapshot } from '#core/host/loss.ts';
import { containerInstances } from '#model/container-instance.ts';
import { reconciler } from '../reconciler.ts';

/** Keys: ARNs of hosts. @param since when this control plane came up */
export function hostLoss(lossMs: number, since: number) {
  return reconciler<HostLossSnapshot, HostLossAction>({
    name: 'host-loss',
    *keysAtStart(reader) {
      for (const host of reader.all(containerInstances)) if (!host.agentConnected) yield host.arn;
    },
    *keysOf(change) {
      if (change.table.name === containerInstances.name && change.after !== undefined) yield change.key;
    },
    load(reader, key) {
      const host = reader.get(containerInstances, key);
      return host && { host, lossMs, since };
    },
    plan: planHostLoss,
    apply(tx, action, now) {
      const host = tx.get(containerInstances, action.hostArn);
      // It may have connected since the plan was made.
      if (host !== undefined && !host.agentConnected) tx.put(containerInstances, loseHost(host, now));
    },
  });
}
