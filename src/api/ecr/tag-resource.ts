// TagResource.
import { repositories } from '#model/repository.ts';
import type { EcrContext } from './context.ts';
import { findTagged } from './find-tagged.ts';
import type { Shape, TagResourceRequest, TagResourceResponse } from './shapes.ts';
import { mergeTags, validTags } from './validate-tags.ts';

export function tagResource(input: Shape<TagResourceRequest>, ctx: EcrContext): Shape<TagResourceResponse> {
  return ctx.store.transact((tx) => {
    const repository = findTagged(tx, ctx, input.resourceArn);
    tx.put(repositories, { ...repository, tags: mergeTags(repository.tags, validTags(input.tags)) });
    return {};
  });
}
