// A container instance as the API shows it. Hosts of the Fargate pool never come here but for their own agent.
import type { ContainerInstance as HostRow, HostResources } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { EcsContext } from './context.ts';
import { viewResources } from './host-resources.ts';
import type { ContainerInstance, Shape } from './shapes.ts';

const RUNNING_STATUSES: ReadonlySet<string> = new Set(['RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING']);

/** @param include `TAGS` and `CONTAINER_INSTANCE_HEALTH` come only when asked for */
export function viewContainerInstance(ctx: EcsContext, host: HostRow, include: ReadonlySet<string> = new Set(['TAGS'])): Shape<ContainerInstance> {
  const counts = taskCounts(ctx, host.arn);
  return {
    containerInstanceArn: host.arn,
    ...(host.ec2InstanceId === undefined ? {} : { ec2InstanceId: host.ec2InstanceId }),
    ...(host.capacityProviderName === undefined ? {} : { capacityProviderName: host.capacityProviderName }),
    version: host.version,
    versionInfo: host.versionInfo,
    remainingResources: viewResources(remaining(ctx, host)),
    registeredResources: viewResources(host.resources),
    status: host.status,
    ...(host.statusReason === undefined ? {} : { statusReason: host.statusReason }),
    agentConnected: host.agentConnected,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    attributes: host.attributes.map(({ name, value }) => (value === undefined ? { name } : { name, value })),
    registeredAt: new Date(host.registeredAt),
    attachments: [],
    tags: include.has('TAGS') ? host.tags : [],
    ...(include.has('CONTAINER_INSTANCE_HEALTH') && host.health ? { healthStatus: viewHealth(host.health) } : {}),
  };
}

function viewHealth(health: NonNullable<HostRow['health']>): NonNullable<Shape<ContainerInstance>['healthStatus']> {
  const at = new Date(health.at);
  const detail = { type: 'CONTAINER_RUNTIME', status: health.status, lastUpdated: at, lastStatusChange: at } as const;
  return { overallStatus: health.status, details: [detail] };
}

function remaining(ctx: EcsContext, host: HostRow): HostResources {
  const left = ctx.capacity.remaining(host.arn);
  if (!left) return host.resources;
  const taken = ctx.capacity.takenPorts(host.arn);
  return {
    cpu: left.cpu,
    memoryMiB: left.memoryMiB,
    reservedTcpPorts: taken.tcp,
    reservedUdpPorts: taken.udp,
    gpus: host.resources.gpus.slice(0, left.gpus),
  };
}

function taskCounts(ctx: EcsContext, hostArn: string): { running: number; pending: number } {
  const counts = { running: 0, pending: 0 };
  for (const task of ctx.store.by(tasks, 'host', hostArn)) {
    if (RUNNING_STATUSES.has(task.lastStatus)) counts.running += 1;
    else counts.pending += 1;
  }
  return counts;
}
