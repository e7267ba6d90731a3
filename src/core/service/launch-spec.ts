// What the tasks of a service are made from: its revision's (or task set's) specification, the definition, and the service's tags.
import type { LaunchSpec, TaskNetwork } from '../task/launch.ts';
import { reservedResources } from '../task-definition/reserved.ts';
import { strategyLaunchType } from '#model/fargate-providers.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Subnet } from '#model/network.ts';
import type { Service, ServiceSpec } from '#model/service.ts';
import type { Tag } from '#model/tag.ts';
import type { LaunchType, TaskLoadBalancer } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';

const CURRENT_PLATFORM = '1.4.0';
const NO_OVERRIDES = { containerOverrides: [], inferenceAcceleratorOverrides: [] } as const;

export interface ServiceLaunch {
  readonly service: Service;
  readonly spec: ServiceSpec;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  /** Those of `spec.awsvpc` that still exist. */
  readonly subnets: readonly Subnet[];
  /** Register in the alternate target groups. */
  readonly alternate: boolean;
  readonly startedBy: string;
  readonly serviceRevisionArn?: string;
  readonly taskSetArn?: string;
}

export function serviceLaunchSpec(input: ServiceLaunch): LaunchSpec {
  const { service, spec, cluster, definition } = input;
  const launchType = launchTypeOf(spec);
  return {
    cluster,
    definition,
    overrides: NO_OVERRIDES,
    reserved: reservedResources(definition, NO_OVERRIDES),
    launchType,
    network: network(input),
    group: serviceGroup(service),
    startedBy: input.startedBy,
    enableExecuteCommand: service.enableExecuteCommand,
    tags: tagsOf(service, cluster, definition),
    serviceName: service.name,
    ...(input.serviceRevisionArn === undefined ? {} : { serviceRevisionArn: input.serviceRevisionArn }),
    ...(input.taskSetArn === undefined ? {} : { taskSetArn: input.taskSetArn }),
    ...(launchType === 'FARGATE' ? { platformVersion: platformVersion(spec) } : {}),
    loadBalancers: spec.loadBalancers.flatMap((balancer): TaskLoadBalancer[] => {
      const alternate = input.alternate ? balancer.advancedConfiguration?.alternateTargetGroupArn : undefined;
      const targetGroupArn = alternate ?? balancer.targetGroupArn;
      const { containerName, containerPort } = balancer;
      return targetGroupArn === undefined || containerName === undefined || containerPort === undefined ? [] : [{ targetGroupArn, containerName, containerPort }];
    }),
  };
}

/** The task group of a service's tasks. */
export function serviceGroup(service: Pick<Service, 'name'>): string {
  return `service:${service.name}`;
}

export function launchTypeOf(spec: ServiceSpec): LaunchType {
  return spec.launchType ?? strategyLaunchType(spec.capacityProviderStrategy) ?? 'EC2';
}

function platformVersion({ platformVersion: asked }: ServiceSpec): string {
  return asked === undefined || asked === 'LATEST' ? CURRENT_PLATFORM : asked;
}

function network({ spec, definition, subnets }: ServiceLaunch): TaskNetwork | undefined {
  return definition.networkMode === 'awsvpc' && spec.awsvpc !== undefined ? { configuration: spec.awsvpc, subnets } : undefined;
}

/** ECS's managed tags under those that are propagated. */
function tagsOf(service: Service, cluster: Cluster, definition: TaskDefinition): Tag[] {
  const managed = service.enableECSManagedTags
    ? [
        { key: 'aws:ecs:clusterName', value: cluster.name },
        { key: 'aws:ecs:serviceName', value: service.name },
      ]
    : [];
  const propagated = service.propagateTags === 'SERVICE' ? service.tags : service.propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
  return [...new Map([...managed, ...propagated].map((tag) => [tag.key, tag])).values()];
}
