// UploadLayerPart: parts come in order, each beginning where the last one ended.
import type { EcrContext } from './context.ts';
import { invalidAt, invalidLayerPart, uploadNotFound } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { Shape, UploadLayerPartRequest, UploadLayerPartResponse } from './shapes.ts';

export async function uploadLayerPart(input: Shape<UploadLayerPartRequest>, ctx: EcrContext): Promise<Shape<UploadLayerPartResponse>> {
  const repository = findRepository(ctx.store, ctx, input);
  const { uploadId = '', partFirstByte = 0, partLastByte = 0, layerPartBlob = new Uint8Array() } = input;
  if (partFirstByte < 0) throw invalidAt('partFirstByte', 'must have value greater than or equal to 0');
  if (partLastByte - partFirstByte + 1 !== layerPartBlob.byteLength) {
    throw invalidAt('partLastByte', 'must be the position of the last byte of layerPartBlob');
  }
  const outcome = await ctx.layers.append(repository.arn, uploadId, partFirstByte, layerPartBlob);
  if (outcome.is === 'unknown') throw uploadNotFound(uploadId, repository);
  if (outcome.is === 'outOfOrder') throw invalidLayerPart(uploadId, outcome.sizeBytes, repository);
  return { registryId: repository.account, repositoryName: repository.name, uploadId, lastByteReceived: outcome.sizeBytes - 1 };
}
