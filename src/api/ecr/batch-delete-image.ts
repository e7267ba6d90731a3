// BatchDeleteImage: by digest an image with all its tags, by tag the tag, and with its last tag the image.
import { planDeleteImage, planDeleteTag } from '#core/images/delete-image.ts';
import { applyChanges } from '#core/images/rows.ts';
import type { Transaction } from '#store/store.ts';
import type { EcrContext } from './context.ts';
import { findRepository } from './find-repository.ts';
import { findImage, imageFailure } from './image-ids.ts';
import type { BatchDeleteImageRequest, BatchDeleteImageResponse, ImageFailure, ImageIdentifier, Shape } from './shapes.ts';
import { validCount } from './validate.ts';

export function batchDeleteImage(input: Shape<BatchDeleteImageRequest>, ctx: EcrContext): Shape<BatchDeleteImageResponse> {
  const requested = input.imageIds ?? [];
  return ctx.store.transact((tx) => {
    const repository = findRepository(tx, ctx, input);
    validCount('imageIds', requested, 1, 100);
    const imageIds: Shape<ImageIdentifier>[] = [];
    const failures: Shape<ImageFailure>[] = [];
    for (const imageId of requested) {
      const outcome = deleteOne(tx, repository.arn, imageId);
      if ('failure' in outcome) failures.push(outcome.failure);
      else imageIds.push(...outcome.deleted);
    }
    return { imageIds, failures };
  });
}

function deleteOne(tx: Transaction, repositoryArn: string, imageId: Shape<ImageIdentifier>): { deleted: Shape<ImageIdentifier>[] } | { failure: Shape<ImageFailure> } {
  const found = findImage(tx, repositoryArn, imageId);
  if ('failure' in found) return found;
  const { digest } = found.image;
  // With both a digest and a tag, the tag is what is deleted.
  const outcome = found.tag === undefined ? planDeleteImage(tx, repositoryArn, digest) : planDeleteTag(tx, repositoryArn, found.tag, true);
  if (outcome.is === 'notFound') return imageFailure(imageId, 'ImageNotFound', 'Requested image not found');
  if (outcome.is === 'referenced') {
    return imageFailure(imageId, 'ImageReferencedByManifestList', `Requested image referenced by manifest list: [${outcome.by.join(', ')}]`);
  }
  applyChanges(tx, outcome.changes);
  const { tags } = outcome;
  return { deleted: tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag })) };
}
