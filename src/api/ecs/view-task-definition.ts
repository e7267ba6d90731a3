// A task definition as the API shows it.
import type { TaskDefinition as TaskDefinitionRow } from '#model/task-definition.ts';
import type { Shape, TaskDefinition } from './shapes.ts';

/** Everything of the row but its tags, which answers carry beside the definition. */
export function viewTaskDefinition(row: TaskDefinitionRow): Shape<TaskDefinition> {
  const { arn, account: _account, region: _region, tags: _tags, registeredAt, deregisteredAt, deleteRequestedAt, ...content } = row;
  return {
    ...(content as Omit<Shape<TaskDefinition>, 'taskDefinitionArn'>),
    taskDefinitionArn: arn,
    registeredAt: new Date(registeredAt),
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: new Date(deregisteredAt) }),
    ...(deleteRequestedAt === undefined ? {} : { deleteRequestedAt: new Date(deleteRequestedAt) }),
  };
}
