// RegisterTaskDefinition: checks the draft, gives it the family's next revision, and stores what ECS would answer.
import { normalise } from '#core/task-definition/normalise.ts';
import { validateDraft } from '#core/task-definition/validate.ts';
import type { Draft } from '#core/task-definition/draft.ts';
import { type TaskDefinition, taskDefinitionFamilies, taskDefinitions } from '#model/task-definition.ts';
import { familyKey, taskDefinitionArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { violationError } from './messages.ts';
import type { RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse, Shape } from './shapes.ts';
import { validTags } from './validate-tags.ts';
import { viewTaskDefinition } from './view-task-definition.ts';

export function registerTaskDefinition(
  input: Shape<RegisterTaskDefinitionRequest>,
  ctx: EcsContext,
): Shape<RegisterTaskDefinitionResponse> {
  const draft = input as Draft;
  const violation = validateDraft(draft);
  if (violation) throw violationError(violation);
  const tags = validTags(input.tags);
  const content = normalise(draft);
  const row = ctx.store.transact((tx) => {
    const { account, region } = ctx;
    const family = input.family ?? '';
    const id = familyKey(ctx, family);
    const known = tx.get(taskDefinitionFamilies, id);
    const revision = (known?.lastRevision ?? 0) + 1;
    const arn = taskDefinitionArn(ctx, family, revision);
    const made: TaskDefinition = {
      arn, account, region, family, revision, status: 'ACTIVE', ...content, registeredAt: ctx.now, registeredBy: ctx.call.caller.arn, tags,
    };
    tx.put(taskDefinitions, made);
    tx.put(taskDefinitionFamilies, {
      id, account, region, family, lastRevision: revision, activeRevisions: (known?.activeRevisions ?? 0) + 1, latestActiveArn: arn,
    });
    return made;
  });
  return { taskDefinition: viewTaskDefinition(row), ...(tags.length > 0 ? { tags } : {}) };
}
