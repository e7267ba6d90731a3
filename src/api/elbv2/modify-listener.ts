// ModifyListener: what is not given stays.
import { listeners, type Listener } from '#model/load-balancer.ts';
import type { ApiContext } from '../context.ts';
import { parseActions } from './actions.ts';
import { validationError } from './errors.ts';
import { getListener, getLoadBalancer } from './find.ts';
import { listenerSettings } from './listener-settings.ts';
import type { Listener as AwsListener, ModifyListenerInput, Shape } from './shapes.ts';
import { viewListener } from './views.ts';

export function modifyListener(input: Shape<ModifyListenerInput>, ctx: ApiContext): { Listeners: AwsListener[] } {
  return ctx.store.transact((tx) => {
    const before = getListener(tx, ctx, input.ListenerArn);
    const balancer = getLoadBalancer(tx, ctx, before.loadBalancerArn);
    const settings = listenerSettings(tx, ctx, balancer, before, input);
    const taken = [...tx.by(listeners, 'loadBalancer', balancer.arn)].some((other) => other.arn !== before.arn && other.port === settings.port);
    if (taken) throw validationError(`Listener port '${settings.port}' is already in use`);
    const actions = input.DefaultActions === undefined ? before.defaultActions : parseActions(tx, ctx, input.DefaultActions, { loadBalancer: balancer, protocol: settings.protocol });
    const { sslPolicy: _policy, alpnPolicy: _alpn, ...rest } = before;
    const after: Listener = { ...rest, ...settings, defaultActions: actions };
    tx.put(listeners, after);
    return { Listeners: [viewListener(after)] };
  });
}
