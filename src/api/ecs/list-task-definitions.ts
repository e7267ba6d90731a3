// ListTaskDefinitions: revisions by family name, then by number, either way round.
import { type TaskDefinitionFamily, taskDefinitionFamilies, taskDefinitions, type TaskDefinitionStatus } from '#model/task-definition.ts';
import { familyKey, scopeKey, taskDefinitionArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { nextToken, pageRequest } from './paginate.ts';
import type { ListTaskDefinitionsRequest, ListTaskDefinitionsResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

interface Place {
  readonly family: string;
  readonly revision: number;
}

export function listTaskDefinitions(
  input: Shape<ListTaskDefinitionsRequest>,
  ctx: EcsContext,
): Shape<ListTaskDefinitionsResponse> {
  const status = optionalOneOf('status', input.status, ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']) ?? 'ACTIVE';
  const descending = optionalOneOf('sort', input.sort, ['ASC', 'DESC']) === 'DESC';
  const list = `definitions|${status}|${descending}|${input.familyPrefix ?? ''}`;
  const { limit, after } = pageRequest(list, input);
  const found: string[] = [];
  let last: Place | undefined;
  for (const place of places(ctx, input.familyPrefix, descending, parsePlace(after))) {
    const arn = taskDefinitionArn(ctx, place.family, place.revision);
    if (!hasStatus(ctx, arn, status)) continue;
    if (found.length === limit) return { taskDefinitionArns: found, ...nextToken(list, last && `${last.family}:${last.revision}`) };
    found.push(arn);
    last = place;
  }
  return { taskDefinitionArns: found };
}

/** Every revision number ever given out that comes behind `after`, in order. */
function* places(ctx: EcsContext, familyName: string | undefined, descending: boolean, after: Place | undefined): Generator<Place> {
  const direction = descending ? -1 : 1;
  for (const { family, lastRevision } of families(ctx, familyName, descending, after)) {
    const begun = after?.family === family ? after.revision + direction : undefined;
    const first = begun ?? (descending ? lastRevision : 1);
    for (let revision = first; revision >= 1 && revision <= lastRevision; revision += direction) yield { family, revision };
  }
}

function families(ctx: EcsContext, name: string | undefined, descending: boolean, after: Place | undefined): TaskDefinitionFamily[] {
  if (name) {
    const row = ctx.store.get(taskDefinitionFamilies, familyKey(ctx, name));
    return row ? [row] : [];
  }
  const rows = [...ctx.store.by(taskDefinitionFamilies, 'scope', scopeKey(ctx))].filter(
    ({ family }) => after === undefined || (descending ? family <= after.family : family >= after.family),
  );
  rows.sort((a, b) => (a.family < b.family ? -1 : 1));
  return descending ? rows.reverse() : rows;
}

function hasStatus(ctx: EcsContext, arn: string, status: TaskDefinitionStatus): boolean {
  return ctx.store.get(taskDefinitions, arn)?.status === status;
}

function parsePlace(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const colon = text.lastIndexOf(':');
  return { family: text.slice(0, colon), revision: Number(text.slice(colon + 1)) || 0 };
}
