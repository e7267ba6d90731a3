// BatchCheckLayerAvailability: which blobs a push may skip.
import { isDigest } from '#core/images/digest.ts';
import { blobLinks, imageKey, images } from '#model/image.ts';
import type { EcrContext } from './context.ts';
import { findRepository } from './find-repository.ts';
import type { BatchCheckLayerAvailabilityRequest, BatchCheckLayerAvailabilityResponse, Layer, LayerFailure, Shape } from './shapes.ts';
import { validCount } from './validate.ts';

const DEFAULT_MEDIA_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

export function batchCheckLayerAvailability(input: Shape<BatchCheckLayerAvailabilityRequest>, ctx: EcrContext): Shape<BatchCheckLayerAvailabilityResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const digests = input.layerDigests ?? [];
  validCount('layerDigests', digests, 1, 100);
  const layers: Shape<Layer>[] = [];
  const failures: Shape<LayerFailure>[] = [];
  for (const layerDigest of digests) {
    if (layerDigest === '') {
      failures.push({ layerDigest, failureCode: 'MissingLayerDigest', failureReason: 'Invalid request parameters: layer digest cannot be empty' });
    } else if (!isDigest(layerDigest)) {
      failures.push({
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason: `Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'`,
      });
    } else {
      layers.push(viewLayer(ctx, repository.arn, layerDigest));
    }
  }
  return { layers, failures };
}

function viewLayer(ctx: EcrContext, repositoryArn: string, layerDigest: string): Shape<Layer> {
  const key = imageKey(repositoryArn, layerDigest);
  const link = ctx.store.get(blobLinks, key);
  if (link === undefined) return { layerDigest, layerAvailability: 'UNAVAILABLE' };
  // Whoever hears AVAILABLE will not push it.
  ctx.layers.touch(layerDigest);
  return { layerDigest, layerAvailability: 'AVAILABLE', layerSize: link.sizeBytes, mediaType: mediaTypeOf(ctx, key, layerDigest) };
}

/** A blob has no type of its own: it is what an image calls it. */
function mediaTypeOf(ctx: EcrContext, key: string, digest: string): string {
  for (const image of ctx.store.by(images, 'reference', key)) {
    const named = [image.config, ...image.layers].find((descriptor) => descriptor?.digest === digest);
    if (named !== undefined && named.mediaType !== '') return named.mediaType;
  }
  return DEFAULT_MEDIA_TYPE;
}
