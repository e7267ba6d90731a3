// Image identifiers: a digest, a tag, or both, which then must agree.
import { isDigest, isTag } from '#core/images/digest.ts';
import { imageKey, images, imageTagKey, imageTags, type Image } from '#model/image.ts';
import type { Reader } from '#store/store.ts';
import type { ImageFailure, ImageIdentifier, Shape } from './shapes.ts';

export type FoundImage = { readonly image: Image; readonly tag?: string } | { readonly failure: Shape<ImageFailure> };

const DIGEST_FORM = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
const TAG_FORM = '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}';

/** The image an identifier means, or the failure that batch operations report for it. */
export function findImage(reader: Reader, repositoryArn: string, imageId: Shape<ImageIdentifier>): FoundImage {
  const { imageDigest, imageTag } = imageId;
  if (imageDigest === undefined && imageTag === undefined) {
    return imageFailure(imageId, 'MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return imageFailure(imageId, 'InvalidImageDigest', `Invalid request parameters: image digest should satisfy the regex '${DIGEST_FORM}'`);
  }
  if (imageTag !== undefined && !isTag(imageTag)) {
    return imageFailure(imageId, 'InvalidImageTag', `Invalid request parameters: image tag should satisfy the regex '${TAG_FORM}'`);
  }
  const tagged = imageTag === undefined ? undefined : reader.get(imageTags, imageTagKey(repositoryArn, imageTag))?.digest;
  if (imageDigest !== undefined && tagged !== undefined && tagged !== imageDigest) {
    return imageFailure(imageId, 'ImageTagDoesNotMatchDigest', 'Requested image tag does not match the requested image digest');
  }
  const digest = imageTag === undefined ? imageDigest : tagged;
  const image = digest === undefined ? undefined : reader.get(images, imageKey(repositoryArn, digest));
  if (image === undefined) return imageFailure(imageId, 'ImageNotFound', 'Requested image not found');
  return { image, ...(imageTag !== undefined && { tag: imageTag }) };
}

/** A failure entry of a batch operation. */
export function imageFailure(imageId: Shape<ImageIdentifier>, failureCode: NonNullable<ImageFailure['failureCode']>, failureReason: string): { failure: Shape<ImageFailure> } {
  return { failure: { imageId, failureCode, failureReason } };
}

/** An image's tags in order. */
export function tagsOf(reader: Reader, image: Image): string[] {
  return [...reader.by(imageTags, 'image', imageKey(image.repositoryArn, image.digest))].map(({ tag }) => tag).sort();
}

/** Whether an image is among those that a tagStatus filter lets through. */
export function matchesTagStatus(reader: Reader, image: Image, tagStatus: string | undefined): boolean {
  if (tagStatus === undefined || tagStatus === 'ANY') return true;
  const isTagged = reader.count(imageTags, 'image', imageKey(image.repositoryArn, image.digest)) > 0;
  return isTagged === (tagStatus === 'TAGGED');
}
