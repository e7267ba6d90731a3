// InitiateLayerUpload.
import type { EcrContext } from './context.ts';
import { findRepository } from './find-repository.ts';
import type { InitiateLayerUploadRequest, InitiateLayerUploadResponse, Shape } from './shapes.ts';

/** What ECR names, and the most that a part may have. */
const PART_SIZE_BYTES = 20 * 1024 * 1024;

export function initiateLayerUpload(input: Shape<InitiateLayerUploadRequest>, ctx: EcrContext): Shape<InitiateLayerUploadResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  return { uploadId: ctx.layers.begin(repository.arn), partSize: PART_SIZE_BYTES };
}
