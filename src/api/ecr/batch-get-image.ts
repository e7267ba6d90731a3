// BatchGetImage: manifests by identifier. It is what a pull does, and is recorded as one.
import { planPull } from '#core/images/pull.ts';
import { applyChanges } from '#core/images/rows.ts';
import { imageKey, images } from '#model/image.ts';
import type { EcrContext } from './context.ts';
import { findRepository } from './find-repository.ts';
import { findImage, imageFailure } from './image-ids.ts';
import type { BatchGetImageRequest, BatchGetImageResponse, Image, ImageFailure, Shape } from './shapes.ts';
import { validCount } from './validate.ts';

export async function batchGetImage(input: Shape<BatchGetImageRequest>, ctx: EcrContext): Promise<Shape<BatchGetImageResponse>> {
  const repository = findRepository(ctx.store, ctx, input);
  const imageIds = input.imageIds ?? [];
  validCount('imageIds', imageIds, 1, 100);
  const found: Shape<Image>[] = [];
  const failures: Shape<ImageFailure>[] = [];
  for (const imageId of imageIds) {
    const one = findImage(ctx.store, repository.arn, imageId);
    if ('failure' in one) {
      failures.push(one.failure);
      continue;
    }
    const { image, tag } = one;
    const isAccepted = input.acceptedMediaTypes === undefined || input.acceptedMediaTypes.includes(image.mediaType);
    const imageManifest = isAccepted ? await ctx.layers.readManifest(image.digest) : undefined;
    if (imageManifest === undefined) {
      failures.push(imageFailure(imageId, 'ImageNotFound', 'Requested image not found').failure);
      continue;
    }
    found.push({
      registryId: repository.account,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, ...(tag !== undefined && { imageTag: tag }) },
      imageManifest,
      imageManifestMediaType: image.mediaType,
    });
  }
  ctx.store.transact((tx) => {
    for (const { imageId } of found) {
      const image = tx.get(images, imageKey(repository.arn, imageId?.imageDigest ?? ''));
      if (image !== undefined) applyChanges(tx, planPull(image, ctx.now));
    }
  });
  return { images: found, failures };
}
