// /v2/<name>/blobs/<digest>: reading blobs, whole or in part, and unlinking them.
import { isDigest } from '#core/images/digest.ts';
import { blobLinks, imageKey, images, type BlobLink } from '#model/image.ts';
import { reply, type RepositoryExchange } from './exchange.ts';
import { blobUnknown, digestInvalid, OciError } from './oci-error.ts';

/** HEAD and GET, with a single byte range. */
export async function getBlob(exchange: RepositoryExchange, digest: string): Promise<void> {
  const { state, req, res } = exchange;
  const link = requireLink(exchange, digest);
  // A client that sees the blob here will not push it: leave it alone until it has put its manifest.
  state.blobs.touch(digest);
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
    'Cache-Control': 'max-age=31536000',
  };
  if (req.method === 'HEAD') {
    await state.settled.durable();
    return reply(exchange, 200, { ...headers, 'Content-Length': link.sizeBytes });
  }
  const range = parseRange(req.headers.range, link.sizeBytes);
  if (range === 'unsatisfiable') {
    throw new OciError('SIZE_INVALID', 'the range is not in the blob', { status: 416, headers: { 'Content-Range': `bytes */${link.sizeBytes}` } });
  }
  const opened = await state.blobs.open(digest);
  if (opened === undefined) {
    state.log.error('a linked blob has no file', { digest, repository: exchange.repository.arn });
    throw blobUnknown(digest);
  }
  if (opened.sizeBytes === 0) {
    await opened.file.close();
    return reply(exchange, 200, headers);
  }
  const { first, last } = range ?? { first: 0, last: opened.sizeBytes - 1 };
  const partial = range === undefined ? undefined : { 'Content-Range': `bytes ${first}-${last}/${opened.sizeBytes}` };
  res.writeHead(partial === undefined ? 200 : 206, { ...headers, ...partial, 'Content-Length': last - first + 1 });
  await state.files.send(opened.file, res, first, last);
}

/** DELETE: the repository no longer serves the blob. Refused while one of its images needs it. */
export async function deleteBlob(exchange: RepositoryExchange, digest: string): Promise<void> {
  const { state } = exchange;
  const link = requireLink(exchange, digest);
  state.store.transact((tx) => {
    if (tx.count(images, 'reference', blobLinks.key(link)) > 0) throw new OciError('UNSUPPORTED', 'an image of the repository needs the blob');
    tx.delete(blobLinks, blobLinks.key(link));
  });
  await state.store.durable();
  reply(exchange, 202);
}

function requireLink({ state, repository }: RepositoryExchange, digest: string): BlobLink {
  if (!isDigest(digest)) throw digestInvalid('invalid digest format', { digest });
  const link = state.store.get(blobLinks, imageKey(repository.arn, digest));
  if (link === undefined) throw blobUnknown(digest);
  return link;
}

/** One range of RFC 9110, inclusive. Undefined when there is none that we honour: then the whole is sent, as the RFC allows. */
export function parseRange(header: string | undefined, sizeBytes: number): { first: number; last: number } | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return first > last ? 'unsatisfiable' : { first, last };
}
