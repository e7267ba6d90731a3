// CompleteLayerUpload: the digest is checked, the layer becomes visible.
import { isDigest } from '#core/images/digest.ts';
import { blobLinks, imageKey } from '#model/image.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { EcrContext } from './context.ts';
import { invalidAt, layerAlreadyExists, uploadNotFound } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { CompleteLayerUploadRequest, CompleteLayerUploadResponse, Shape } from './shapes.ts';
import { validCount } from './validate.ts';

export async function completeLayerUpload(input: Shape<CompleteLayerUploadRequest>, ctx: EcrContext): Promise<Shape<CompleteLayerUploadResponse>> {
  const repository = findRepository(ctx.store, ctx, input);
  const { uploadId = '', layerDigests = [] } = input;
  validCount('layerDigests', layerDigests, 1, 100);
  const layerDigest = layerDigests.find(isDigest);
  if (layerDigest === undefined) throw invalidAt('layerDigests', 'must contain a sha256 digest');
  if (ctx.store.get(blobLinks, imageKey(repository.arn, layerDigest)) !== undefined) throw layerAlreadyExists(layerDigest, repository);
  switch ((await ctx.layers.complete(repository.arn, uploadId, layerDigest)).is) {
    case 'stored':
      return { registryId: repository.account, repositoryName: repository.name, uploadId, layerDigest };
    case 'unknown':
      throw uploadNotFound(uploadId, repository);
    case 'empty':
      throw new AwsError('EmptyUploadException', 'The specified layer upload does not contain any layer parts.');
    case 'mismatch':
      throw new AwsError('InvalidLayerException', `The layer digest '${layerDigest}' does not match the digest of the uploaded layer.`);
  }
}
