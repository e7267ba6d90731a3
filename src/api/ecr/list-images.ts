// ListImages: one identifier per tag, and one per image without tags.
import { images } from '#model/image.ts';
import type { EcrContext } from './context.ts';
import { imageFilter } from './describe-images.ts';
import { findRepository } from './find-repository.ts';
import { tagsOf } from './image-ids.ts';
import { pageByKey } from './paginate.ts';
import type { ImageIdentifier, ListImagesRequest, ListImagesResponse, Shape } from './shapes.ts';

export function listImages(input: Shape<ListImagesRequest>, ctx: EcrContext): Shape<ListImagesResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const where = imageFilter(ctx, input.filter);
  const all: Shape<ImageIdentifier>[] = [];
  for (const image of ctx.store.by(images, 'repository', repository.arn)) {
    if (!where(image)) continue;
    const tags = tagsOf(ctx.store, image);
    if (tags.length === 0) all.push({ imageDigest: image.digest });
    for (const imageTag of tags) all.push({ imageDigest: image.digest, imageTag });
  }
  const { items, ...token } = pageByKey(`ListImages/${repository.arn}`, input, all, (id) => `${id.imageDigest} ${id.imageTag ?? ''}`);
  return { imageIds: items, ...token };
}
