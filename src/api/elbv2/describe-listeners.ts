// DescribeListeners.
import { listeners } from '#model/load-balancer.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { getListener, getLoadBalancer } from './find.ts';
import { pageOf } from './pages.ts';
import type { Listener as AwsListener, Shape } from './shapes.ts';
import { viewListener } from './views.ts';

type Input = Shape<{ LoadBalancerArn: string; ListenerArns: string[]; Marker: string; PageSize: number }>;

export function describeListeners(input: Input, ctx: ApiContext): { Listeners: AwsListener[]; NextMarker?: string } {
  const arns = input.ListenerArns ?? [];
  if (input.LoadBalancerArn === undefined && arns.length === 0) throw validationError('You must specify either listener ARNs or a load balancer ARN');
  if (input.LoadBalancerArn !== undefined && arns.length > 0) throw validationError('You cannot specify both listener ARNs and a load balancer ARN');
  const rows = arns.length > 0 ? arns.map((arn) => getListener(ctx.store, ctx, arn)) : [...ctx.store.by(listeners, 'loadBalancer', getLoadBalancer(ctx.store, ctx, input.LoadBalancerArn).arn)];
  const { rows: shown, ...next } = pageOf('DescribeListeners', ctx, input, rows, (row) => row.arn);
  return { Listeners: shown.map(viewListener), ...next };
}
