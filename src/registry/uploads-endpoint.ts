// /v2/<name>/blobs/uploads/: pushing a blob, in one request or many, or by mounting one that is here already.
import { isDigest } from '#core/images/digest.ts';
import { parseOwnPath } from '#core/images/reference.ts';
import { blobLinks, imageKey, type BlobLink } from '#model/image.ts';
import { repositories, repositoryArn, type Repository } from '#model/repository.ts';
import { reply, type RepositoryExchange } from './exchange.ts';
import { digestInvalid, OciError, repositoryUnknown, uploadUnknown } from './oci-error.ts';
import { pourBody } from './request-body.ts';
import type { Upload } from './upload-store.ts';

/** POST: begins an upload; with `mount` links a blob of another repository; with `digest` takes it whole. */
export async function postUpload(exchange: RepositoryExchange): Promise<void> {
  const { state, query, repository } = exchange;
  const mount = query.get('mount');
  if (mount !== null && (await mountBlob(exchange, mount))) return;
  const digest = query.get('digest');
  if (digest !== null) requireDigest(digest);
  const id = state.uploads.begin(repository.arn);
  if (digest === null) return reply(exchange, 202, uploadHeaders(exchange, id, 0));
  await use(exchange, id, (upload) => takeAndFinish(exchange, upload, digest));
}

/** PATCH: appends. A `Content-Range` must continue where the upload is; without one, the body is appended. */
export async function patchUpload(exchange: RepositoryExchange, id: string): Promise<void> {
  await use(exchange, id, async (upload) => {
    const length = requireRange(exchange, id, upload.sizeBytes);
    const taken = await pourBody(exchange.req, upload);
    if (length !== undefined && taken !== length) throw new OciError('SIZE_INVALID', 'the body is not as long as its Content-Range');
    reply(exchange, 202, uploadHeaders(exchange, id, upload.sizeBytes));
  });
}

/** PUT: an optional last piece, then the digest that ends the upload. */
export async function putUpload(exchange: RepositoryExchange, id: string): Promise<void> {
  const digest = exchange.query.get('digest');
  if (digest === null) throw digestInvalid('digest parameter missing');
  requireDigest(digest);
  await use(exchange, id, async (upload) => {
    requireRange(exchange, id, upload.sizeBytes);
    await takeAndFinish(exchange, upload, digest);
  });
}

/** GET: how far an upload has come. */
export async function getUpload(exchange: RepositoryExchange, id: string): Promise<void> {
  await use(exchange, id, async (upload) => reply(exchange, 204, uploadHeaders(exchange, id, upload.sizeBytes)));
}

/** DELETE: gives an upload up. */
export async function deleteUpload(exchange: RepositoryExchange, id: string): Promise<void> {
  await use(exchange, id, async (upload) => {
    await upload.discard();
    reply(exchange, 204);
  });
}

async function use(exchange: RepositoryExchange, id: string, work: (upload: Upload) => Promise<void>): Promise<void> {
  const used = await exchange.state.uploads.use(exchange.repository.arn, id, work);
  if (used === undefined) throw uploadUnknown(id);
}

async function takeAndFinish(exchange: RepositoryExchange, upload: Upload, digest: string): Promise<void> {
  const { state, repository } = exchange;
  await pourBody(exchange.req, upload);
  const matched = await upload.finish(digest, async (sizeBytes) => {
    linkBlob(exchange, { repositoryArn: repository.arn, digest, sizeBytes, linkedAt: state.clock.now() });
    await state.settled.durable();
  });
  if (!matched) throw digestInvalid();
  replyCreated(exchange, digest);
}

/** Puts the link; throws NAME_UNKNOWN when the repository has gone meanwhile. */
function linkBlob({ state, repository }: RepositoryExchange, link: BlobLink): void {
  state.store.transact((tx) => {
    if (tx.get(repositories, repository.arn) === undefined) throw repositoryUnknown(repository.name, repository.account);
    if (tx.get(blobLinks, imageKey(link.repositoryArn, link.digest)) === undefined) tx.put(blobLinks, link);
  });
}

/** True when the blob was linked and the answer sent. Otherwise the client gets an upload, as the specification wants. */
async function mountBlob(exchange: RepositoryExchange, digest: string): Promise<boolean> {
  const { state, repository, query } = exchange;
  requireDigest(digest);
  const source = findMountSource(exchange, digest, query.get('from'));
  if (source === undefined) return false;
  state.blobs.touch(digest);
  linkBlob(exchange, { ...source, repositoryArn: repository.arn, linkedAt: state.clock.now() });
  await state.settled.durable();
  replyCreated(exchange, digest);
  return true;
}

/** A link to the blob in `from`, or without it in any repository of the same registry; nothing beyond the caller's own account. */
function findMountSource({ state, repository }: RepositoryExchange, digest: string, from: string | null): BlobLink | undefined {
  if (from !== null) {
    const own = parseOwnPath(from) ?? { account: repository.account, region: repository.region, repository: from };
    if (own.account !== repository.account) return undefined;
    return state.store.get(blobLinks, imageKey(repositoryArn(own.account, own.region, own.repository), digest));
  }
  for (const link of state.store.by(blobLinks, 'digest', digest)) {
    if (isSameRegistry(state.store.get(repositories, link.repositoryArn), repository)) return link;
  }
}

function isSameRegistry(one: Repository | undefined, other: Repository): boolean {
  return one !== undefined && one.account === other.account && one.region === other.region;
}

function requireDigest(digest: string): void {
  if (!isDigest(digest)) throw digestInvalid('invalid digest format', { digest });
}

/** Checks `Content-Range: <first>-<last>` against the upload's length. Gives the length it announces. */
function requireRange(exchange: RepositoryExchange, id: string, sizeBytes: number): number | undefined {
  const header = exchange.req.headers['content-range'];
  if (header === undefined) return undefined;
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(header) ?? [];
  const length = Number(last) - Number(first) + 1;
  const body = exchange.req.headers['content-length'];
  const consistent = Number.isSafeInteger(length) && length >= 0 && (body === undefined || Number(body) === length);
  if (consistent && Number(first) === sizeBytes) return length;
  throw new OciError('BLOB_UPLOAD_INVALID', `the range does not continue the upload, which has ${sizeBytes} bytes`, {
    status: 416,
    headers: uploadHeaders(exchange, id, sizeBytes),
  });
}

function uploadHeaders({ name }: RepositoryExchange, id: string, sizeBytes: number): Record<string, string> {
  return {
    Location: `/v2/${name}/blobs/uploads/${id}`,
    // Inclusive; `0-0` also means that nothing has arrived, which the specification leaves no other way to say.
    Range: `0-${Math.max(0, sizeBytes - 1)}`,
    'Docker-Upload-UUID': id,
  };
}

function replyCreated(exchange: RepositoryExchange, digest: string): void {
  reply(exchange, 201, { Location: `/v2/${exchange.name}/blobs/${digest}`, 'Docker-Content-Digest': digest });
}
