// Describe… and Modify… of the attributes of load balancers, listeners and target groups.
import { listeners, loadBalancers, targetGroups } from '#model/load-balancer.ts';
import type { ApiContext } from '../context.ts';
import { changeAttributes, LISTENER_ATTRIBUTES, LOAD_BALANCER_ATTRIBUTES, targetGroupAttributes, viewAttributes } from './attributes.ts';
import { validationError } from './errors.ts';
import { getListener, getLoadBalancer, getTargetGroup } from './find.ts';
import type { Shape } from './shapes.ts';

interface Attribute {
  readonly Key: string;
  readonly Value: string;
}

type Input = Shape<{ LoadBalancerArn: string; ListenerArn: string; TargetGroupArn: string; Attributes: Attribute[] }>;
type Output = { Attributes: Attribute[] };

export function describeLoadBalancerAttributes(input: Input, ctx: ApiContext): Output {
  return { Attributes: viewAttributes(getLoadBalancer(ctx.store, ctx, input.LoadBalancerArn).attributes) };
}

export function modifyLoadBalancerAttributes(input: Input, ctx: ApiContext): Output {
  return ctx.store.transact((tx) => {
    const row = getLoadBalancer(tx, ctx, input.LoadBalancerArn);
    const attributes = changeAttributes(LOAD_BALANCER_ATTRIBUTES[row.type], row.attributes, input.Attributes, 'Load balancer');
    tx.put(loadBalancers, { ...row, attributes });
    return { Attributes: viewAttributes(attributes) };
  });
}

export function describeListenerAttributes(input: Input, ctx: ApiContext): Output {
  return { Attributes: viewAttributes(getListener(ctx.store, ctx, input.ListenerArn).attributes) };
}

export function modifyListenerAttributes(input: Input, ctx: ApiContext): Output {
  return ctx.store.transact((tx) => {
    const row = getListener(tx, ctx, input.ListenerArn);
    const type = row.protocol === 'HTTP' || row.protocol === 'HTTPS' ? 'application' : 'network';
    const attributes = changeAttributes(LISTENER_ATTRIBUTES[type], row.attributes, input.Attributes, 'Listener');
    tx.put(listeners, { ...row, attributes });
    return { Attributes: viewAttributes(attributes) };
  });
}

export function describeTargetGroupAttributes(input: Input, ctx: ApiContext): Output {
  return { Attributes: viewAttributes(getTargetGroup(ctx.store, ctx, input.TargetGroupArn).attributes) };
}

export function modifyTargetGroupAttributes(input: Input, ctx: ApiContext): Output {
  return ctx.store.transact((tx) => {
    const row = getTargetGroup(tx, ctx, input.TargetGroupArn);
    const attributes = changeAttributes(targetGroupAttributes(row.protocol), row.attributes, input.Attributes, 'Target group');
    checkTogether(attributes);
    tx.put(targetGroups, { ...row, attributes });
    return { Attributes: viewAttributes(attributes) };
  });
}

/** Attributes that exclude or need one another. */
function checkTogether(attributes: Readonly<Record<string, string>>): void {
  const isLeast = attributes['load_balancing.algorithm.type'] === 'least_outstanding_requests';
  if (isLeast && Number(attributes['slow_start.duration_seconds'] ?? 0) > 0) throw validationError("Slow start mode is not supported with the 'least_outstanding_requests' algorithm");
  const isAppCookie = attributes['stickiness.enabled'] === 'true' && attributes['stickiness.type'] === 'app_cookie';
  if (isAppCookie && (attributes['stickiness.app_cookie.cookie_name'] ?? '') === '') throw validationError("A value for 'stickiness.app_cookie.cookie_name' must be specified when the stickiness type is 'app_cookie'");
}
