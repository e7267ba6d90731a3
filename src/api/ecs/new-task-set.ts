// A task set's row.
import { lastSegment } from '#model/arn.ts';
import type { Service, ServiceSpec, TaskSet } from '#model/service.ts';
import type { Tag } from '#model/tag.ts';
import { ownedByServiceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { deploymentId } from './service-ids.ts';

export function newTaskSet(
  ctx: EcsContext,
  service: Service,
  spec: ServiceSpec,
  of: { readonly status: TaskSet['status']; readonly scale: TaskSet['scale']; readonly externalId?: string | undefined; readonly tags: readonly Tag[] },
): TaskSet {
  const id = deploymentId(ctx.random);
  return {
    arn: ownedByServiceArn(ctx, 'task-set', lastSegment(service.clusterArn), service.name, id),
    id,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: of.status,
    spec,
    ...(of.externalId !== undefined && { externalId: of.externalId }),
    scale: of.scale,
    stabilityStatus: 'STABILIZING',
    stabilityStatusAt: ctx.now,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    tags: of.tags,
  };
}
