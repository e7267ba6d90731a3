// GetDownloadUrlForLayer: an address that serves the layer without further credentials for an hour.
import { isDigest } from '#core/images/digest.ts';
import { blobLinks, imageKey } from '#model/image.ts';
import type { EcrContext } from './context.ts';
import { invalidAt, layerNotFound } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { GetDownloadUrlForLayerRequest, GetDownloadUrlForLayerResponse, Shape } from './shapes.ts';

const URL_LIFETIME_MS = 3_600_000;

export function getDownloadUrlForLayer(input: Shape<GetDownloadUrlForLayerRequest>, ctx: EcrContext): Shape<GetDownloadUrlForLayerResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { layerDigest = '' } = input;
  if (!isDigest(layerDigest)) throw invalidAt('layerDigest', "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'");
  if (ctx.store.get(blobLinks, imageKey(repository.arn, layerDigest)) === undefined) throw layerNotFound(layerDigest, repository);
  ctx.layers.touch(layerDigest);
  return { layerDigest, downloadUrl: ctx.call.baseUrl + ctx.layers.downloadPath(repository, layerDigest, ctx.now + URL_LIFETIME_MS) };
}
