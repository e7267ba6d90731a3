// Whether a service can be rebalanced over availability zones, and why not.
import type { Service } from '#model/service.ts';
import { effectiveLaunchType } from './merge-update.ts';

export type RebalancingObstacle = 'daemon' | 'controller' | 'external' | 'maximumPercent' | 'classicLoadBalancer' | 'placementStrategy' | 'placementConstraint';

const ZONE = 'attribute:ecs.availability-zone';

/** What stands against availability zone rebalancing of this service; undefined when nothing does (SD10). */
export function rebalancingObstacle(service: Service): RebalancingObstacle | undefined {
  const { placementStrategy, placementConstraints, spec } = service;
  if (service.schedulingStrategy === 'DAEMON') return 'daemon';
  if (service.deploymentController !== 'ECS') return 'controller';
  if (effectiveLaunchType(spec) === 'EXTERNAL') return 'external';
  if (service.deploymentConfiguration.maximumPercent <= 100) return 'maximumPercent';
  if (spec.loadBalancers.some((lb) => lb.loadBalancerName !== undefined)) return 'classicLoadBalancer';
  const [first] = placementStrategy;
  if (first && !(first.type === 'spread' && first.field === ZONE)) return 'placementStrategy';
  if (placementConstraints.some((constraint) => constraint.expression?.includes('ecs.availability-zone'))) return 'placementConstraint';
  return undefined;
}
