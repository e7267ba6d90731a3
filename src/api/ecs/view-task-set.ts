// A task set as the API shows it.
import { computedDesiredCount } from '#core/service/task-sets.ts';
import type { Service, TaskSet as TaskSetRow } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import type { Shape, TaskSet } from './shapes.ts';
import { countTasks, member, viewCapacity, viewNetwork, viewPlatform } from './view-service-parts.ts';

/** @param withTags tags are shown when DescribeTaskSets includes them, and by the operations that make and change a task set */
export function viewTaskSet(reader: Reader, service: Service, row: TaskSetRow, withTags: boolean): Shape<TaskSet> {
  const { spec } = row;
  const { runningCount, pendingCount } = countTasks(reader, 'taskSet', row.arn);
  return {
    id: row.id,
    taskSetArn: row.arn,
    serviceArn: row.serviceArn,
    clusterArn: row.clusterArn,
    ...member('externalId', row.externalId),
    status: row.status,
    taskDefinition: spec.taskDefinitionArn,
    computedDesiredCount: computedDesiredCount(row, service.desiredCount),
    pendingCount,
    runningCount,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    ...viewCapacity(spec),
    ...viewPlatform(spec, undefined),
    ...viewNetwork(spec),
    loadBalancers: spec.loadBalancers,
    serviceRegistries: spec.serviceRegistries,
    scale: row.scale,
    stabilityStatus: row.stabilityStatus,
    stabilityStatusAt: new Date(row.stabilityStatusAt),
    tags: withTags ? row.tags : [],
  };
}
