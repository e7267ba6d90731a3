// CreateListener.
import { hexId } from '#base/ids.ts';
import { listeners, type Listener } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { parseActions } from './actions.ts';
import { initialAttributes, LISTENER_ATTRIBUTES } from './attributes.ts';
import { getLoadBalancer } from './find.ts';
import { listenerSettings } from './listener-settings.ts';
import type { CreateListenerInput, Listener as AwsListener, Shape } from './shapes.ts';
import { parseTags } from './tags.ts';
import { viewListener } from './views.ts';

const LISTENERS_MAX = 50;

/** The same request again answers the listener that is there, as AWS does; with other settings it is DuplicateListener. */
export function createListener(input: Shape<CreateListenerInput>, ctx: ApiContext): { Listeners: AwsListener[] } {
  const tags = parseTags(input.Tags);
  return ctx.store.transact((tx) => {
    const balancer = getLoadBalancer(tx, ctx, input.LoadBalancerArn);
    const settings = listenerSettings(tx, ctx, balancer, undefined, input);
    const others = [...tx.by(listeners, 'loadBalancer', balancer.arn)];
    const defaultActions = parseActions(tx, ctx, input.DefaultActions, { loadBalancer: balancer, protocol: settings.protocol });
    const same = others.find((other) => other.port === settings.port);
    if (same !== undefined && isSame(same, settings, defaultActions)) return { Listeners: [viewListener(same)] };
    if (same !== undefined) throw new AwsError('DuplicateListener', `A listener already exists on this port for this load balancer '${balancer.arn}'`);
    if (others.length >= LISTENERS_MAX) throw new AwsError('TooManyListeners', `The maximum number of listeners for load balancer '${balancer.arn}' has been reached`);
    const row: Listener = {
      ...settings,
      arn: `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${hexId(ctx.random, 16)}`,
      account: ctx.account,
      region: ctx.region,
      tags,
      loadBalancerArn: balancer.arn,
      defaultActions,
      attributes: initialAttributes(LISTENER_ATTRIBUTES[balancer.type]),
      createdAt: ctx.now,
    };
    tx.put(listeners, row);
    return { Listeners: [viewListener(row)] };
  });
}

function isSame(row: Listener, settings: ReturnType<typeof listenerSettings>, defaultActions: Listener['defaultActions']): boolean {
  const facts = (one: ReturnType<typeof listenerSettings>, actions: Listener['defaultActions']): string => JSON.stringify([one.protocol, one.certificateArns[0], one.sslPolicy, one.alpnPolicy, actions]);
  return facts(row, row.defaultActions) === facts(settings, defaultActions);
}
