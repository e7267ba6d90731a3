// CreateTags and DeleteTags: on all resources named, or on none.
import type { ApiContext } from '../context.ts';
import { missingParameter } from './errors.ts';
import { change } from './scope.ts';
import type { CreateTagsRequest, DeleteTagsRequest } from './shapes.ts';
import { getTagged } from './tagged-resources.ts';
import { mergeTags, parseTags, removeTags } from './tags.ts';

export function createTags(input: CreateTagsRequest, ctx: ApiContext): Record<string, never> {
  const { Resources: ids = [] } = input;
  if (ids.length === 0) throw missingParameter('resourceIdSet');
  const tags = parseTags(input.Tags);
  if (tags.length === 0) throw missingParameter('tagSet');
  return change(ctx, input, (tx) => {
    for (const id of new Set(ids)) {
      const resource = getTagged(tx, ctx, id);
      resource.write(tx, mergeTags(resource.tags, tags));
    }
    return {};
  });
}

export function deleteTags(input: DeleteTagsRequest, ctx: ApiContext): Record<string, never> {
  const { Resources: ids = [] } = input;
  if (ids.length === 0) throw missingParameter('resourceIdSet');
  return change(ctx, input, (tx) => {
    for (const id of new Set(ids)) {
      const resource = getTagged(tx, ctx, id);
      resource.write(tx, removeTags(resource.tags, input.Tags));
    }
    return {};
  });
}
