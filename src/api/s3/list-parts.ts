// ListParts and ListMultipartUploads.
import { objectBuckets, objectUploads, type ObjectUpload } from '#model/object.ts';
import { compareKeys } from '#core/objects/list-keys.ts';
import type { S3Context } from './context.ts';
import { notImplemented } from './errors.ts';
import { useBucket, useUpload } from './find.ts';
import { encoder } from './list-objects.ts';
import { partsOf } from './multipart.ts';
import { viewChecksum } from './object-headers.ts';
import type { ListMultipartUploadsRequest, ListPartsRequest } from './shapes.ts';

const MAX_ITEMS = 1000;

export function listParts(input: ListPartsRequest, ctx: S3Context): object {
  const upload = useUpload(ctx.store, ctx, input);
  const after = Number(input.PartNumberMarker ?? 0);
  const limit = Math.min(input.MaxParts ?? MAX_ITEMS, MAX_ITEMS);
  const behind = partsOf(ctx.store, upload.id).filter((part) => part.number > after);
  const parts = behind.slice(0, limit);
  return {
    Bucket: upload.bucket, Key: upload.key, UploadId: upload.id,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(parts.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: behind.length > limit,
    Parts: parts.map((part) => ({ PartNumber: part.number, LastModified: new Date(part.modifiedAt), ETag: `"${part.etag}"`, Size: part.sizeBytes, ...viewChecksum(part.checksum) })),
    ...viewUploader(ctx, upload),
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
  };
}

/** In the order of keys, then of their beginning. */
export function listMultipartUploads(input: ListMultipartUploadsRequest, ctx: S3Context): object {
  const bucket = useBucket(ctx.store, ctx, input.Bucket);
  if ((input.Delimiter ?? '') !== '') throw notImplemented('delimiter of ListMultipartUploads');
  const limit = Math.min(input.MaxUploads ?? MAX_ITEMS, MAX_ITEMS);
  const encode = encoder(input.EncodingType);
  const [keyMarker = '', idMarker = ''] = [input.KeyMarker, input.UploadIdMarker];
  const order = (a: ObjectUpload, b: ObjectUpload): number => compareKeys(a.key, b.key) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
  const all = [...ctx.store.by(objectUploads, 'bucket', objectBuckets.key(bucket))].filter(({ key }) => key.startsWith(input.Prefix ?? '')).sort(order);
  const mark = all.findIndex(({ id, key }) => id === idMarker && key === keyMarker);
  const behind = mark >= 0 ? all.slice(mark + 1) : keyMarker === '' ? all : all.filter(({ key }) => compareKeys(key, keyMarker) > 0);
  const page = behind.slice(0, limit);
  const more = behind.length > limit;
  return {
    Bucket: bucket.name, Prefix: encode(input.Prefix ?? ''), KeyMarker: encode(keyMarker), UploadIdMarker: idMarker, MaxUploads: limit, IsTruncated: more, EncodingType: input.EncodingType,
    ...(more && { NextKeyMarker: encode(page.at(-1)?.key ?? ''), NextUploadIdMarker: page.at(-1)?.id }),
    Uploads: page.map((upload) => ({ Key: encode(upload.key), UploadId: upload.id, Initiated: new Date(upload.createdAt), ...viewUploader(ctx, upload), ChecksumAlgorithm: upload.checksumAlgorithm, ChecksumType: upload.checksumType })),
  };
}

function viewUploader(ctx: S3Context, upload: ObjectUpload): object {
  return { Initiator: { ID: upload.initiatorArn }, Owner: { ID: ctx.account }, StorageClass: 'STANDARD' };
}
