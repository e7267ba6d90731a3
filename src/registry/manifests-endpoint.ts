// /v2/<name>/manifests/<reference>: images and indexes, by tag or digest.
import { planDeleteImage, planDeleteTag } from '#core/images/delete-image.ts';
import { isDigest, isTag } from '#core/images/digest.ts';
import { MANIFEST_MAX_BYTES, parseManifest } from '#core/images/manifest.ts';
import { planPull } from '#core/images/pull.ts';
import { planPutImage, type PutImageOutcome } from '#core/images/put-image.ts';
import { applyChanges } from '#core/images/rows.ts';
import { imageKey, images, imageTagKey, imageTags, type Image } from '#model/image.ts';
import { repositories } from '#model/repository.ts';
import { digestOf } from './blob-store.ts';
import { reply, type RepositoryExchange } from './exchange.ts';
import { digestInvalid, OciError, repositoryUnknown, tagImmutable } from './oci-error.ts';
import { readBody } from './request-body.ts';

/** HEAD and GET. A GET is a pull and is recorded as one. */
export async function getManifest(exchange: RepositoryExchange, reference: string): Promise<void> {
  const { state, req, repository } = exchange;
  const image = findImage(exchange, reference);
  requireAccepted(req.headers.accept, image.mediaType);
  const headers = { 'Content-Type': image.mediaType, 'Docker-Content-Digest': image.digest, ETag: `"${image.digest}"` };
  await state.settled.durable();
  if (req.method === 'HEAD') return reply(exchange, 200, { ...headers, 'Content-Length': image.manifestSizeBytes });
  const bytes = await state.blobs.read(image.digest);
  if (bytes === undefined) {
    state.log.error('an image has no manifest file', { digest: image.digest, repository: repository.arn });
    throw manifestUnknown(reference);
  }
  state.store.transact((tx) => {
    const current = tx.get(images, imageKey(image.repositoryArn, image.digest));
    if (current !== undefined) applyChanges(tx, planPull(current, state.clock.now()));
  });
  reply(exchange, 200, headers, bytes);
}

/** PUT: the end of a push. */
export async function putManifest(exchange: RepositoryExchange, reference: string): Promise<void> {
  const { state, req, repository } = exchange;
  const byDigest = reference.includes(':');
  if (byDigest && !isDigest(reference)) throw digestInvalid('invalid digest format', { digest: reference });
  if (!byDigest && !isTag(reference)) throw new OciError('TAG_INVALID', 'manifest tag did not match the tag grammar', { detail: { tag: reference } });
  const bytes = await readBody(req, MANIFEST_MAX_BYTES);
  const digest = digestOf(bytes);
  if (byDigest && digest !== reference) throw digestInvalid('provided digest did not match manifest content', { digest: reference });
  const parsed = parseManifest(bytes.toString(), req.headers['content-type']);
  if ('problem' in parsed) throw new OciError('MANIFEST_INVALID', parsed.problem);
  const { manifest } = parsed;

  const decide = (write: boolean): PutImageOutcome =>
    state.store.transact((tx) => {
      const current = tx.get(repositories, repository.arn);
      if (current === undefined) throw repositoryUnknown(repository.name, repository.account);
      const tag = byDigest ? {} : { tag: reference };
      const outcome = planPutImage(tx, { repository: current, manifest, digest, manifestSizeBytes: bytes.byteLength, now: state.clock.now(), ...tag });
      if (write && outcome.is === 'put') applyChanges(tx, outcome.changes);
      return outcome;
    });
  // Once before the bytes are written, so that a refused manifest leaves nothing; once with them, which counts.
  requirePut(exchange, decide(false));
  await state.blobs.hold(digest, async () => {
    await state.blobs.write(digest, bytes);
    requirePut(exchange, decide(true));
  });
  await state.settled.durable();
  reply(exchange, 201, {
    Location: `/v2/${exchange.name}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
    ...(manifest.subject !== undefined && { 'OCI-Subject': manifest.subject }),
  });
}

/** DELETE: by digest the image and its tags; by tag the tag alone. */
export async function deleteManifest(exchange: RepositoryExchange, reference: string): Promise<void> {
  const { state, repository } = exchange;
  state.store.transact((tx) => {
    const outcome = reference.includes(':')
      ? planDeleteImage(tx, repository.arn, reference)
      : planDeleteTag(tx, repository.arn, reference, false);
    if (outcome.is === 'notFound') throw manifestUnknown(reference);
    if (outcome.is === 'referenced') {
      throw new OciError('DENIED', `Requested image referenced by manifest list: [${outcome.by.join(', ')}]`, { status: 409 });
    }
    applyChanges(tx, outcome.changes);
  });
  await state.settled.durable();
  reply(exchange, 202);
}

function findImage({ state, repository }: RepositoryExchange, reference: string): Image {
  const digest = reference.includes(':') ? reference : state.store.get(imageTags, imageTagKey(repository.arn, reference))?.digest;
  const image = digest === undefined ? undefined : state.store.get(images, imageKey(repository.arn, digest));
  if (image === undefined) throw manifestUnknown(reference);
  return image;
}

function requirePut({ repository }: RepositoryExchange, outcome: PutImageOutcome): void {
  switch (outcome.is) {
    case 'put':
    case 'exists':
      return;
    case 'tagImmutable':
      throw tagImmutable(outcome.tag, repository.name);
    case 'blobsUnknown':
      throw new OciError('MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { detail: outcome.digests.map((digest) => ({ digest })) });
    case 'manifestsUnknown':
      throw new OciError('MANIFEST_BLOB_UNKNOWN', 'manifest unknown to registry', { detail: outcome.digests.map((digest) => ({ digest })) });
  }
}

/** Manifests are never converted: a client that cannot read this type gets none. */
function requireAccepted(accept: string | undefined, mediaType: string): void {
  if (accept === undefined) return;
  const accepted = accept.split(',').map((part) => part.split(';', 1)[0]?.trim());
  if (accepted.some((type) => type === mediaType || type === '*/*' || type === 'application/*' || type === 'application/json')) return;
  throw new OciError('MANIFEST_UNKNOWN', `manifest has media type ${mediaType}, which the Accept header does not name`);
}

function manifestUnknown(reference: string): OciError {
  return new OciError('MANIFEST_UNKNOWN', 'Requested image not found', { detail: { reference } });
}
