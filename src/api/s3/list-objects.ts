// ListObjectsV2 and ListObjects: pages of a bucket in the order of its keys.
import { listKeys, type ListedKeys } from '#core/objects/list-keys.ts';
import { objectBuckets, objectKey, storedObjects } from '#model/object.ts';
import type { S3Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import { useBucket } from './find.ts';
import type { ListObjectsRequest, ListObjectsV2Request } from './shapes.ts';

const MAX_KEYS = 1000;

export function listObjectsV2(input: ListObjectsV2Request, ctx: S3Context): object {
  const after = input.ContinuationToken === undefined ? (input.StartAfter ?? '') : positionOf(input.ContinuationToken);
  const page = pageOf(input, ctx, after);
  const encode = encoder(input.EncodingType);
  const token = page.next === undefined ? undefined : Buffer.from(`after ${page.next}`).toString('base64url');
  return {
    ...page.members,
    KeyCount: page.keys.length + page.prefixes.length,
    ContinuationToken: input.ContinuationToken,
    NextContinuationToken: token,
    StartAfter: input.StartAfter === undefined ? undefined : encode(input.StartAfter),
  };
}

export function listObjects(input: ListObjectsRequest, ctx: S3Context): object {
  const page = pageOf({ ...input, FetchOwner: true }, ctx, input.Marker ?? '');
  const encode = encoder(input.EncodingType);
  // Told only with a delimiter: without one the last key is it.
  const next = page.next !== undefined && (input.Delimiter ?? '') !== '' ? encode(page.next) : undefined;
  return { ...page.members, Marker: encode(input.Marker ?? ''), NextMarker: next };
}

function pageOf(input: ListObjectsV2Request, ctx: S3Context, after: string): ListedKeys & { readonly members: object } {
  const bucket = useBucket(ctx.store, ctx, input.Bucket);
  if (input.EncodingType !== undefined && input.EncodingType !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', input.EncodingType);
  const maxKeys = input.MaxKeys ?? MAX_KEYS;
  if (!Number.isInteger(maxKeys) || maxKeys < 0) throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', 'maxKeys', String(input.MaxKeys));
  const prefix = input.Prefix ?? '';
  const delimiter = input.Delimiter ?? '';
  const page = listKeys((start) => ctx.keys.from(objectBuckets.key(bucket), start), { prefix, delimiter, after, maxKeys: Math.min(maxKeys, MAX_KEYS) });
  const encode = encoder(input.EncodingType);
  const members = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: input.EncodingType,
    IsTruncated: page.next !== undefined,
    Contents: page.keys.map((key) => viewListed(ctx, bucket.name, key, encode, input.FetchOwner === true)),
    CommonPrefixes: page.prefixes.map((one) => ({ Prefix: encode(one) })),
  };
  return { ...page, members };
}

function viewListed(ctx: S3Context, bucket: string, key: string, encode: (text: string) => string, withOwner: boolean): object {
  const object = ctx.store.get(storedObjects, objectKey(ctx.account, bucket, key));
  return {
    Key: encode(key),
    LastModified: new Date(object?.modifiedAt ?? 0),
    ETag: `"${object?.etag ?? ''}"`,
    ...(object?.checksum !== undefined && { ChecksumAlgorithm: [object.checksum.algorithm], ChecksumType: object.checksum.type }),
    Size: object?.sizeBytes ?? 0,
    StorageClass: 'STANDARD',
    ...(withOwner && { Owner: { ID: ctx.account } }),
  };
}

function positionOf(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('after ')) throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  return text.slice('after '.length);
}

/** Keys may hold what XML cannot. Slashes stay as they are. */
export function encoder(type: string | undefined): (text: string) => string {
  if (type !== 'url') return (text) => text;
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+').replace(/[!'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
