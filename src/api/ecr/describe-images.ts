// DescribeImages: those named, all of which must exist, or all by pages.
import { MediaType } from '#core/images/media-type.ts';
import { images, type Image } from '#model/image.ts';
import type { Repository } from '#model/repository.ts';
import { page } from '#store/page.ts';
import type { EcrContext } from './context.ts';
import { imageNotFound, invalidParameter } from './errors.ts';
import { findRepository } from './find-repository.ts';
import { findImage, matchesTagStatus, tagsOf } from './image-ids.ts';
import { nextToken, pageRequest, refusePaging } from './paginate.ts';
import type { DescribeImagesRequest, DescribeImagesResponse, ImageDetail, Shape } from './shapes.ts';
import { validCount, validEnum } from './validate.ts';

export function describeImages(input: Shape<DescribeImagesRequest>, ctx: EcrContext): Shape<DescribeImagesResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { imageIds } = input;
  if (imageIds !== undefined) {
    validCount('imageIds', imageIds, 1, 100);
    refusePaging('imageIds', input);
    const found = new Map(imageIds.map((imageId) => requireImage(ctx, repository, imageId)).map((image) => [image.digest, image]));
    return { imageDetails: [...found.values()].map((image) => viewImageDetail(ctx, repository, image)) };
  }
  const where = imageFilter(ctx, input.filter);
  const list = `DescribeImages/${repository.arn}`;
  const { limit, after } = pageRequest(list, input);
  const { rows, next } = page(ctx.store, images, 'repository', repository.arn, { limit, after: Number(after ?? 0), where });
  return { imageDetails: rows.map((image) => viewImageDetail(ctx, repository, image)), ...nextToken(list, next) };
}

/** The condition of the `filter` member that DescribeImages and ListImages share. */
export function imageFilter(ctx: EcrContext, filter: Shape<DescribeImagesRequest>['filter']): (image: Image) => boolean {
  const { tagStatus, imageStatus } = filter ?? {};
  if (tagStatus !== undefined) validEnum('filter.tagStatus', tagStatus, ['ANY', 'TAGGED', 'UNTAGGED']);
  if (imageStatus !== undefined) validEnum('filter.imageStatus', imageStatus, ['ACTIVATING', 'ACTIVE', 'ANY', 'ARCHIVED']);
  // No image is ever archived here.
  const isActiveWanted = imageStatus === undefined || imageStatus === 'ACTIVE' || imageStatus === 'ANY';
  return (image) => isActiveWanted && matchesTagStatus(ctx.store, image, tagStatus);
}

function requireImage(ctx: EcrContext, repository: Repository, imageId: NonNullable<Shape<DescribeImagesRequest>['imageIds']>[number]): Image {
  const found = findImage(ctx.store, repository.arn, imageId);
  if ('image' in found) return found.image;
  const isMissing = found.failure.failureCode === 'ImageNotFound' || found.failure.failureCode === 'ImageTagDoesNotMatchDigest';
  throw isMissing ? imageNotFound(imageId, repository) : invalidParameter(found.failure.failureReason ?? '');
}

function viewImageDetail(ctx: EcrContext, { account, name }: Repository, image: Image): Shape<ImageDetail> {
  const tags = tagsOf(ctx.store, image);
  const isOci = image.mediaType === MediaType.ociManifest || image.mediaType === MediaType.dockerManifest;
  return {
    registryId: account,
    repositoryName: name,
    imageDigest: image.digest,
    ...(tags.length > 0 && { imageTags: tags }),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    ...(isOci && image.artifactType !== undefined && { artifactMediaType: image.artifactType }),
    ...(image.lastPulledAt !== undefined && { lastRecordedPullTime: new Date(image.lastPulledAt) }),
    ...(image.subject !== undefined && { subjectManifestDigest: image.subject }),
    imageStatus: 'ACTIVE',
  };
}
