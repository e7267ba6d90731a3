// PutImage: the end of a push through the API. The decision is the one that `docker push` meets (core/images/put-image.ts).
import { isTag } from '#core/images/digest.ts';
import { MANIFEST_MAX_BYTES, parseManifest, type Manifest } from '#core/images/manifest.ts';
import { planPutImage, type PutImageOutcome } from '#core/images/put-image.ts';
import { applyChanges } from '#core/images/rows.ts';
import type { Repository } from '#model/repository.ts';
import type { EcrContext } from './context.ts';
import { imageAlreadyExists, imageDigestDoesNotMatch, imageTagAlreadyExists, invalidAt, invalidParameter, referencedImagesNotFound, requiredLayersNotFound } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { PutImageRequest, PutImageResponse, Shape } from './shapes.ts';
import { validLength } from './validate.ts';

export async function putImage(input: Shape<PutImageRequest>, ctx: EcrContext): Promise<Shape<PutImageResponse>> {
  const { imageManifest = '', imageTag } = input;
  findRepository(ctx.store, ctx, input);
  validLength('imageManifest', imageManifest, 1, MANIFEST_MAX_BYTES);
  if (imageTag !== undefined && !isTag(imageTag)) throw invalidAt('imageTag', "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'");
  const parsed = parseManifest(imageManifest, input.imageManifestMediaType);
  if ('problem' in parsed) throw invalidParameter(`Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax or manifest: ${parsed.problem}'`);
  const { manifest } = parsed;
  const digest = ctx.layers.manifestDigest(imageManifest);
  if (input.imageDigest !== undefined && input.imageDigest !== digest) throw imageDigestDoesNotMatch();
  // Once before the bytes are written, so that a refused manifest leaves nothing; once with them, which counts.
  decide(input, ctx, manifest, digest, false);
  const repository = await ctx.layers.storeManifest(imageManifest, () => decide(input, ctx, manifest, digest, true));
  return {
    image: {
      registryId: repository.account,
      repositoryName: repository.name,
      imageId: { imageDigest: digest, ...(imageTag !== undefined && { imageTag }) },
      imageManifest,
      imageManifestMediaType: manifest.mediaType,
    },
  };
}

function decide(input: Shape<PutImageRequest>, ctx: EcrContext, manifest: Manifest, digest: string, write: boolean): Repository {
  return ctx.store.transact((tx) => {
    const repository = findRepository(tx, ctx, input);
    const { imageTag: tag } = input;
    const manifestSizeBytes = Buffer.byteLength(input.imageManifest ?? '');
    const outcome = planPutImage(tx, { repository, manifest, digest, manifestSizeBytes, now: ctx.now, ...(tag !== undefined && { tag }) });
    if (outcome.is !== 'put') throw refusal(outcome, repository, digest, tag);
    if (write) applyChanges(tx, outcome.changes);
    return repository;
  });
}

function refusal(outcome: Exclude<PutImageOutcome, { is: 'put' }>, repository: Repository, digest: string, tag: string | undefined): Error {
  switch (outcome.is) {
    case 'exists':
      return imageAlreadyExists(digest, tag, repository);
    case 'tagImmutable':
      return imageTagAlreadyExists(outcome.tag, repository);
    case 'blobsUnknown':
      return requiredLayersNotFound(outcome.digests, repository);
    case 'manifestsUnknown':
      return referencedImagesNotFound(outcome.digests, repository);
  }
}
