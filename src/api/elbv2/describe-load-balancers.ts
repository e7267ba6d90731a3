// DescribeLoadBalancers.
import { loadBalancers, type LoadBalancer } from '#model/load-balancer.ts';
import type { ApiContext } from '../context.ts';
import { loadBalancerNotFound, validationError } from './errors.ts';
import { getLoadBalancer, named, scopeOf } from './find.ts';
import { pageOf } from './pages.ts';
import type { LoadBalancer as AwsLoadBalancer, Shape } from './shapes.ts';
import { viewLoadBalancer } from './views.ts';

interface Input {
  readonly LoadBalancerArns?: string[];
  readonly Names?: string[];
  readonly Marker?: string;
  readonly PageSize?: number;
}

export function describeLoadBalancers(input: Shape<Input>, ctx: ApiContext): { LoadBalancers: AwsLoadBalancer[]; NextMarker?: string } {
  const { LoadBalancerArns: arns = [], Names: names = [] } = input;
  if (arns.length > 0 && names.length > 0) throw validationError('Load balancer names and load balancer ARNs cannot be specified at the same time');
  if (arns.length > 20 || names.length > 20) throw validationError('At most 20 load balancers can be described at once');
  const { store } = ctx;
  const byName = (name: string): LoadBalancer => {
    const row = named(store, ctx, loadBalancers, name);
    if (row === undefined) throw loadBalancerNotFound(`[${name}]`);
    return row;
  };
  const rows = arns.length > 0 ? arns.map((arn) => getLoadBalancer(store, ctx, arn)) : names.length > 0 ? names.map(byName) : [...store.by(loadBalancers, 'scope', scopeOf(ctx))];
  const { rows: shown, ...next } = pageOf('DescribeLoadBalancers', ctx, input, [...new Set(rows)], (row) => row.arn);
  return { LoadBalancers: shown.map((row) => viewLoadBalancer(store, row)), ...next };
}
