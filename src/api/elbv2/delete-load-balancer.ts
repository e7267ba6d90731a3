// DeleteLoadBalancer: its listeners and rules go with it, its target groups stay.
import { listeners, loadBalancers } from '#model/load-balancer.ts';
import { networkInterfaces } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { operationNotPermitted } from './errors.ts';
import { getLoadBalancer, isOwn } from './find.ts';
import { removeListener } from './delete-listener.ts';
import type { Shape } from './shapes.ts';

/** One that does not exist is deleted already. */
export function deleteLoadBalancer(input: Shape<{ LoadBalancerArn: string }>, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const known = tx.get(loadBalancers, input.LoadBalancerArn ?? '');
    if (known === undefined || !isOwn(known, ctx)) {
      if (/:loadbalancer\//.test(input.LoadBalancerArn ?? '')) return {};
    }
    const row = getLoadBalancer(tx, ctx, input.LoadBalancerArn);
    if (row.attributes['deletion_protection.enabled'] === 'true') throw operationNotPermitted(`Load balancer '${row.arn}' cannot be deleted because deletion protection is enabled`);
    for (const listener of [...tx.by(listeners, 'loadBalancer', row.arn)]) removeListener(tx, listener);
    tx.delete(networkInterfaces, row.networkInterfaceId);
    tx.delete(loadBalancers, row.arn);
    return {};
  });
}
