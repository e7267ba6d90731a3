// A service revision as the API shows it.
import type { ServiceRevision as RevisionRow } from '#model/service.ts';
import type { ServiceRevision, Shape } from './shapes.ts';
import { member, viewCapacity, viewNetwork, viewPlatform, viewServiceConnect } from './view-service-parts.ts';

export function viewServiceRevision(row: RevisionRow): Shape<ServiceRevision> {
  const { spec } = row;
  return {
    serviceRevisionArn: row.arn,
    serviceArn: row.serviceArn,
    clusterArn: row.clusterArn,
    taskDefinition: spec.taskDefinitionArn,
    ...viewCapacity(spec),
    ...viewPlatform(spec, undefined),
    loadBalancers: spec.loadBalancers,
    serviceRegistries: spec.serviceRegistries,
    ...viewNetwork(spec),
    containerImages: row.containerImages,
    guardDutyEnabled: false,
    ...viewServiceConnect(spec),
    createdAt: new Date(row.createdAt),
    ...viewResolved(row),
    ...member('monitoring', spec.monitoring as Shape<ServiceRevision>['monitoring']),
  };
}

/** Which target group and listener rule carry production traffic to the revision, where a rule was named. */
function viewResolved({ spec }: RevisionRow): Pick<Shape<ServiceRevision>, 'resolvedConfiguration'> {
  const loadBalancers = spec.loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }) =>
    targetGroupArn === undefined || advancedConfiguration?.productionListenerRule === undefined
      ? []
      : [{ targetGroupArn, productionListenerRule: advancedConfiguration.productionListenerRule }],
  );
  return loadBalancers.length === 0 ? {} : { resolvedConfiguration: { loadBalancers } };
}
