// Finds what a request names, or throws S3's error for it.
import { objectBuckets, objectKey, objectUploads, storedObjects, type ObjectBucket, type ObjectUpload, type StoredObject } from '#model/object.ts';
import type { Reader } from '#store/store.ts';
import type { S3Context } from './context.ts';
import { s3Error } from './errors.ts';

const MAX_KEY_BYTES = 1024;

/** Throws NoSuchBucket. */
export function useBucket(reader: Reader, ctx: S3Context, name: string | undefined): ObjectBucket {
  const bucket = reader.get(objectBuckets, `${ctx.account}/${name ?? ''}`);
  if (bucket === undefined) throw s3Error('NoSuchBucket', { BucketName: name ?? '' });
  return bucket;
}

/** Throws NoSuchBucket, NoSuchKey. */
export function useObject(reader: Reader, ctx: S3Context, bucket: string | undefined, key: string | undefined): StoredObject {
  useBucket(reader, ctx, bucket);
  const object = reader.get(storedObjects, objectKey(ctx.account, bucket ?? '', key ?? ''));
  if (object === undefined) throw s3Error('NoSuchKey', { Key: key ?? '' });
  return object;
}

/** Throws NoSuchBucket, NoSuchUpload: also for an upload of another key. */
export function useUpload(reader: Reader, ctx: S3Context, input: { readonly Bucket?: string | undefined; readonly Key?: string | undefined; readonly UploadId?: string | undefined }): ObjectUpload {
  const bucket = useBucket(reader, ctx, input.Bucket);
  const upload = reader.get(objectUploads, input.UploadId ?? '');
  if (upload === undefined || upload.account !== bucket.account || upload.bucket !== bucket.name || upload.key !== input.Key) throw s3Error('NoSuchUpload', { UploadId: input.UploadId ?? '' });
  return upload;
}

/** A key that may be put. Throws KeyTooLongError. */
export function checkKey(key: string | undefined): string {
  const bytes = Buffer.byteLength(key ?? '');
  if (bytes > MAX_KEY_BYTES) throw s3Error('KeyTooLongError', { Size: String(bytes), MaxSizeAllowed: String(MAX_KEY_BYTES) });
  return key ?? '';
}
