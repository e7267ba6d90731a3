// ListTaskDefinitionFamilies: family names in alphabetical order; INACTIVE ones have no ACTIVE revision left.
import { type TaskDefinitionFamily, taskDefinitionFamilies, taskDefinitions } from '#model/task-definition.ts';
import { scopeKey } from './arns.ts';
import type { EcsContext } from './context.ts';
import { nextToken, pageRequest } from './paginate.ts';
import type { ListTaskDefinitionFamiliesRequest, ListTaskDefinitionFamiliesResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

export function listTaskDefinitionFamilies(
  input: Shape<ListTaskDefinitionFamiliesRequest>,
  ctx: EcsContext,
): Shape<ListTaskDefinitionFamiliesResponse> {
  const status = optionalOneOf('status', input.status, ['ACTIVE', 'INACTIVE', 'ALL']) ?? 'ALL';
  const prefix = input.familyPrefix ?? '';
  const list = `families|${status}|${prefix}`;
  const { limit, after = '' } = pageRequest(list, input);
  const wanted = (row: TaskDefinitionFamily): boolean => {
    if (row.family <= after || !row.family.startsWith(prefix)) return false;
    if (row.activeRevisions > 0) return status !== 'INACTIVE';
    return status !== 'ACTIVE' && ctx.store.count(taskDefinitions, 'family', row.id) > 0;
  };
  const names: string[] = [];
  for (const row of ctx.store.by(taskDefinitionFamilies, 'scope', scopeKey(ctx))) if (wanted(row)) names.push(row.family);
  names.sort();
  const families = names.slice(0, limit);
  return { families, ...nextToken(list, names.length > limit ? families.at(-1) : undefined) };
}
