// DeleteRepository: refused while it holds images, unless forced. The blobs go with the next garbage collection.
import { planDeleteRepository } from '#core/images/delete-image.ts';
import { applyChanges } from '#core/images/rows.ts';
import { images } from '#model/image.ts';
import type { EcrContext } from './context.ts';
import { repositoryNotEmpty } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { DeleteRepositoryRequest, DeleteRepositoryResponse, Shape } from './shapes.ts';
import { viewRepository } from './view-repository.ts';

export function deleteRepository(input: Shape<DeleteRepositoryRequest>, ctx: EcrContext): Shape<DeleteRepositoryResponse> {
  return ctx.store.transact((tx) => {
    const repository = findRepository(tx, ctx, input);
    if (input.force !== true && tx.count(images, 'repository', repository.arn) > 0) throw repositoryNotEmpty(repository);
    applyChanges(tx, planDeleteRepository(tx, repository));
    return { repository: viewRepository(ctx, repository) };
  });
}
