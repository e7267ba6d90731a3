// DescribeTags: the tags of everything, one by one, in the order of resource id and key.
import type { Tag } from '#model/tag.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type Fields } from './filters.ts';
import { pageByKey } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeTagsRequest, DescribeTagsResult } from './shapes.ts';
import { allTagged, type Tagged } from './tagged-resources.ts';

interface Attached {
  readonly resource: Tagged;
  readonly tag: Tag;
}

const FILTERS: Fields<Attached> = {
  key: ({ tag }) => tag.key,
  'resource-id': ({ resource }) => resource.id,
  'resource-type': ({ resource }) => resource.kind,
  value: ({ tag }) => tag.value,
};

export function describeTags(input: DescribeTagsRequest, ctx: ApiContext): DescribeTagsResult {
  // `tag:<key>` is about this one tag, not about the others of its resource.
  const where = parseFilters(input.Filters, FILTERS, ({ tag }) => [tag]);
  return look(ctx, input, (reader) => {
    const all = allTagged(reader, ctx).flatMap((resource) => resource.tags.map((tag) => ({ resource, tag })));
    const { rows, ...next } = pageByKey('DescribeTags', ctx, input, all.filter(where), ({ resource, tag }) => `${resource.id}\n${tag.key}`);
    return { Tags: rows.map(({ resource, tag }) => ({ Key: tag.key, ResourceId: resource.id, ResourceType: resource.kind, Value: tag.value })), ...next };
  });
}
