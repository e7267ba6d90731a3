// DescribeAccountLimits: what the other operations hold to.
import type { ApiContext } from '../context.ts';
import { pageOf } from './pages.ts';
import type { Shape } from './shapes.ts';

const LIMITS: Readonly<Record<string, number>> = {
  'application-load-balancers': 50,
  'network-load-balancers': 50,
  'target-groups': 3000,
  'targets-per-application-load-balancer': 1000,
  'listeners-per-application-load-balancer': 50,
  'listeners-per-network-load-balancer': 50,
  'rules-per-application-load-balancer': 100,
  'condition-values-per-alb-rule': 5,
  'condition-wildcards-per-alb-rule': 6,
  'certificates-per-application-load-balancer': 25,
  'target-groups-per-action-on-application-load-balancer': 5,
  'targets-per-target-group': 1000,
};

export function describeAccountLimits(input: Shape<{ Marker: string; PageSize: number }>, ctx: ApiContext): object {
  const all = Object.entries(LIMITS).map(([Name, Max]) => ({ Name, Max: String(Max) }));
  const { rows, ...next } = pageOf('DescribeAccountLimits', ctx, input, all, (limit) => limit.Name);
  return { Limits: rows, ...next };
}
