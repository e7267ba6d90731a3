// DeleteTaskDefinitions: up to ten INACTIVE revisions become DELETE_IN_PROGRESS. The rows go once nothing uses them.
import { type TaskDefinition, taskDefinitions } from '#model/task-definition.ts';
import type { Transaction } from '#store/store.ts';
import { taskDefinitionArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { parseDefinitionRef } from './find-task-definition.ts';
import { requiredList } from './required.ts';
import type { DeleteTaskDefinitionsRequest, DeleteTaskDefinitionsResponse, Failure, Shape } from './shapes.ts';
import { viewTaskDefinition } from './view-task-definition.ts';

const MAX_DEFINITIONS = 10;

export function deleteTaskDefinitions(
  input: Shape<DeleteTaskDefinitionsRequest>,
  ctx: EcsContext,
): Shape<DeleteTaskDefinitionsResponse> {
  const refs = requiredList('TaskDefinitions', input.taskDefinitions, MAX_DEFINITIONS);
  const arns = new Set(refs.map((ref) => revisionArn(ctx, ref)));
  const deleted: TaskDefinition[] = [];
  const failures: Shape<Failure>[] = [];
  ctx.store.transact((tx) => {
    for (const arn of arns) {
      const outcome = deleteOne(tx, ctx, arn);
      if ('reason' in outcome) failures.push(outcome);
      else deleted.push(outcome);
    }
  });
  return { taskDefinitions: deleted.map(viewTaskDefinition), failures };
}

function revisionArn(ctx: EcsContext, ref: string): string {
  const { family, revision } = parseDefinitionRef(ctx, ref);
  if (revision === undefined) throw invalidParameter('Invalid revision number. Number: null');
  return taskDefinitionArn(ctx, family, revision);
}

function deleteOne(tx: Transaction, ctx: EcsContext, arn: string): TaskDefinition | { arn: string; reason: string } {
  const found = tx.get(taskDefinitions, arn);
  if (!found) {
    return { arn, reason: 'The specified task definition does not exist. Specify a valid account, family, revision and try again.' };
  }
  if (found.status === 'ACTIVE') {
    return { arn, reason: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.' };
  }
  if (found.status === 'DELETE_IN_PROGRESS') return found;
  const deleted: TaskDefinition = { ...found, status: 'DELETE_IN_PROGRESS', deleteRequestedAt: ctx.now };
  tx.put(taskDefinitions, deleted);
  return deleted;
}
