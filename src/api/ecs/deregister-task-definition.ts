// DeregisterTaskDefinition: the revision becomes INACTIVE. What runs of it goes on; nothing new is started from it.
import { type TaskDefinition, taskDefinitionFamilies, taskDefinitions } from '#model/task-definition.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { familyKey, taskDefinitionArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { parseDefinitionRef } from './find-task-definition.ts';
import { required } from './required.ts';
import type { DeregisterTaskDefinitionRequest, DeregisterTaskDefinitionResponse, Shape } from './shapes.ts';
import { viewTaskDefinition } from './view-task-definition.ts';

export function deregisterTaskDefinition(
  input: Shape<DeregisterTaskDefinitionRequest>,
  ctx: EcsContext,
): Shape<DeregisterTaskDefinitionResponse> {
  const { family, revision } = parseDefinitionRef(ctx, required('TaskDefinition', input.taskDefinition));
  if (revision === undefined) throw invalidParameter('Invalid revision number. Number: null');
  const row = ctx.store.transact((tx) => {
    const found = tx.get(taskDefinitions, taskDefinitionArn(ctx, family, revision));
    if (!found) throw clientException('The specified task definition does not exist. Specify a valid account, family, revision and try again.');
    return found.status === 'ACTIVE' ? deregister(tx, ctx, found) : found;
  });
  return { taskDefinition: viewTaskDefinition(row) };
}

function deregister(tx: Transaction, ctx: EcsContext, definition: TaskDefinition): TaskDefinition {
  const inactive: TaskDefinition = { ...definition, status: 'INACTIVE', deregisteredAt: ctx.now };
  tx.put(taskDefinitions, inactive);
  const known = tx.get(taskDefinitionFamilies, familyKey(ctx, definition.family));
  if (known) {
    const { latestActiveArn, ...family } = known;
    const latest = latestActiveArn === definition.arn ? latestActive(tx, ctx, definition) : latestActiveArn;
    tx.put(taskDefinitionFamilies, {
      ...family,
      activeRevisions: family.activeRevisions - 1,
      ...(latest === undefined ? {} : { latestActiveArn: latest }),
    });
  }
  return inactive;
}

/** The newest ACTIVE revision below this one, which was the newest. */
function latestActive(reader: Reader, ctx: EcsContext, { family, revision }: TaskDefinition): string | undefined {
  for (let number = revision - 1; number > 0; number--) {
    const arn = taskDefinitionArn(ctx, family, number);
    if (reader.get(taskDefinitions, arn)?.status === 'ACTIVE') return arn;
  }
  return undefined;
}
