// GetObject and HeadObject: the row in the head, the bytes from their files, all or a range of them.
import { parseRange } from '#core/objects/range.ts';
import { judgeRead } from '#core/objects/conditions.ts';
import type { StoredObject } from '#model/object.ts';
import type { S3Context } from './context.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import { useObject } from './find.ts';
import { viewHeaders } from './object-headers.ts';
import type { GetObjectRequest, HeadObjectRequest } from './shapes.ts';

const PARTIAL = 206;

export function getObject(input: GetObjectRequest, ctx: S3Context): object {
  const { object, first, last, partial, members } = chosen(input, ctx);
  const body = ctx.bytes.read(object.segments, first, last, partial ? PARTIAL : undefined);
  return { ...members, Body: body };
}

export function headObject(input: HeadObjectRequest, ctx: S3Context): object {
  const { first, last, members } = chosen(input, ctx);
  return { ...members, ContentLength: last - first + 1 };
}

interface Chosen {
  readonly object: StoredObject;
  readonly first: number;
  readonly last: number;
  readonly partial: boolean;
  readonly members: object;
}

/** In S3's order: the object, conditions, the part, the range. */
function chosen(input: GetObjectRequest & HeadObjectRequest, ctx: S3Context): Chosen {
  if (input.SSECustomerAlgorithm !== undefined) throw notImplemented('x-amz-server-side-encryption-customer-algorithm');
  if (input.VersionId !== undefined && input.VersionId !== 'null') throw invalidArgument('Invalid version id specified', 'versionId', input.VersionId);
  const object = useObject(ctx.store, ctx, input.Bucket, input.Key);
  const judged = judgeRead({ ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch, ifModifiedSinceMs: input.IfModifiedSince?.getTime(), ifUnmodifiedSinceMs: input.IfUnmodifiedSince?.getTime() }, object);
  if (judged === 'failed') throw s3Error('PreconditionFailed', { Condition: input.IfMatch === undefined ? 'If-Unmodified-Since' : 'If-Match' });
  if (judged === 'notModified') throw s3Error('NotModified', { headers: { ETag: `"${object.etag}"`, 'Last-Modified': new Date(object.modifiedAt).toUTCString() } });
  const part = input.PartNumber === undefined ? undefined : partRange(object, input.PartNumber);
  const range = part ?? parseRange(input.Range, object.sizeBytes);
  if (range === 'unsatisfiable') throw s3Error('InvalidRange', { ActualObjectSize: String(object.sizeBytes), RangeRequested: input.Range ?? '' });
  const { first, last } = range ?? { first: 0, last: object.sizeBytes - 1 };
  const members = {
    ...viewHeaders(object, input.ChecksumMode === 'ENABLED' && range === undefined),
    ...(range !== undefined && { ContentRange: `bytes ${first}-${last}/${object.sizeBytes}` }),
    ...(part !== undefined && object.etag.includes('-') && { PartsCount: object.segments.length }),
    ...overrides(input),
  };
  return { object, first, last, partial: range !== undefined, members };
}

function partRange({ segments }: StoredObject, number: number): { first: number; last: number } {
  const part = segments[number - 1];
  if (part === undefined) throw s3Error('InvalidRange', { PartNumberRequested: String(number), ActualPartCount: String(segments.length) });
  const first = segments.slice(0, number - 1).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { first, last: first + part.sizeBytes - 1 };
}

/** `response-content-type` and its sisters in a presigned address. */
function overrides(input: GetObjectRequest): object {
  return {
    ...(input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType }),
    ...(input.ResponseContentDisposition !== undefined && { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding !== undefined && { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage !== undefined && { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl }),
  };
}
