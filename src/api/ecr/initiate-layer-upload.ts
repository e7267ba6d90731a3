// InitiateLayerUpload.
import type { EcrContext } from './context.ts';
import { findRepository } from './find-repository.ts';
import type { InitiateLayerUploadRequest, InitiateLayerUploadResponse, Shape } from './shapes.ts';

/** ECR names 20 MiB; a part travels as base64 in a request of at most 10 MiB here. */
const PART_SIZE_BYTES = 5 * 1024 * 1024;

export function initiateLayerUpload(input: Shape<InitiateLayerUploadRequest>, ctx: EcrContext): Shape<InitiateLayerUploadResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  return { uploadId: ctx.layers.begin(repository.arn), partSize: PART_SIZE_BYTES };
}
