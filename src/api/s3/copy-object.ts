// CopyObject and UploadPartCopy's refusal: a copy shares the bytes of its source, under names of its own.
import { judgeRead } from '#core/objects/conditions.ts';
import type { StoredObject } from '#model/object.ts';
import { percentDecode } from '#wire/head.ts';
import type { S3Context } from './context.ts';
import { invalidArgument, invalidRequest, notImplemented, s3Error } from './errors.ts';
import { checkKey, useBucket, useObject } from './find.ts';
import { readHeaders, refuseUnsupported, viewChecksum } from './object-headers.ts';
import { commitObject } from './put-object.ts';
import type { CopyObjectRequest } from './shapes.ts';

const MAX_BYTES = 5 * 2 ** 30;

export async function copyObject(input: CopyObjectRequest, ctx: S3Context): Promise<object> {
  useBucket(ctx.store, ctx, input.Bucket);
  const key = checkKey(input.Key);
  refuseUnsupported(input);
  if (input.ChecksumAlgorithm !== undefined) throw notImplemented('x-amz-checksum-algorithm of a copy');
  const from = copySource(input.CopySource);
  const source = useObject(ctx.store, ctx, from.bucket, from.key);
  judgeSource(input, source);
  if (source.sizeBytes > MAX_BYTES) throw invalidRequest('The specified copy source is larger than the maximum allowable size for a copy source: 5368709120');
  const replaces = input.MetadataDirective === 'REPLACE';
  if (!replaces && from.bucket === input.Bucket && from.key === key) {
    throw invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
  }
  const { sizeBytes, etag, checksum } = source;
  const segments = await ctx.bytes.duplicate(source.segments);
  const object: StoredObject = {
    ...(replaces ? readHeaders(input) : headersOf(source)),
    account: ctx.account, bucket: input.Bucket ?? '', key, sizeBytes, etag, modifiedAt: ctx.clock.now(), segments,
    ...(checksum !== undefined && { checksum }),
  };
  commitObject(ctx, object, input);
  return { CopyObjectResult: { ETag: `"${etag}"`, LastModified: new Date(object.modifiedAt), ...viewChecksum(checksum) } };
}

/** `bucket/key`, percent-encoded, with or without a slash in front. Throws InvalidArgument. */
export function copySource(text: string | undefined): { readonly bucket: string; readonly key: string } {
  const [path = '', query = ''] = (text ?? '').replace(/^\//, '').split('?');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', text ?? '');
  if (query !== '' && query !== 'versionId=null') throw notImplemented('versionId of a copy source');
  return { bucket: percentDecode(path.slice(0, slash)), key: percentDecode(path.slice(slash + 1)) };
}

function judgeSource(input: CopyObjectRequest, source: StoredObject): void {
  const judged = judgeRead({
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSinceMs: input.CopySourceIfModifiedSince?.getTime(),
    ifUnmodifiedSinceMs: input.CopySourceIfUnmodifiedSince?.getTime(),
  }, source);
  if (judged !== 'ok') throw s3Error('PreconditionFailed', { Condition: 'x-amz-copy-source-If' });
}

function headersOf(source: StoredObject): ReturnType<typeof readHeaders> {
  const { account: _account, bucket: _bucket, key: _key, sizeBytes: _size, etag: _etag, modifiedAt: _at, segments: _segments, checksum: _checksum, ...headers } = source;
  return headers;
}
