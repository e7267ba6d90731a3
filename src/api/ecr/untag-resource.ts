// UntagResource. Keys that are not there are no error.
import { repositories } from '#model/repository.ts';
import type { EcrContext } from './context.ts';
import { findTagged } from './find-tagged.ts';
import type { Shape, UntagResourceRequest, UntagResourceResponse } from './shapes.ts';

export function untagResource(input: Shape<UntagResourceRequest>, ctx: EcrContext): Shape<UntagResourceResponse> {
  return ctx.store.transact((tx) => {
    const repository = findTagged(tx, ctx, input.resourceArn);
    const removed = new Set(input.tagKeys);
    tx.put(repositories, { ...repository, tags: repository.tags.filter(({ key }) => !removed.has(key)) });
    return {};
  });
}
