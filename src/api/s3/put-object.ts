// PutObject: bytes into a file, then the row that names it. The file it replaces goes once the row is durable.
import { objectKey, storedObjects, type StoredObject } from '#model/object.ts';
import { judgeWrite } from '#core/objects/conditions.ts';
import type { Transaction } from '#store/store.ts';
import { removeLater, type S3Context } from './context.ts';
import { notImplemented, s3Error } from './errors.ts';
import { checkKey, useBucket } from './find.ts';
import { readHeaders, refuseUnsupported, viewChecksum } from './object-headers.ts';
import { receiveBody } from './receive-body.ts';
import type { PutObjectRequest } from './shapes.ts';

export async function putObject(input: PutObjectRequest, ctx: S3Context): Promise<object> {
  const bucket = useBucket(ctx.store, ctx, input.Bucket);
  const key = checkKey(input.Key);
  refuseUnsupported(input);
  if (input.StorageClass !== undefined && input.StorageClass !== 'STANDARD') throw notImplemented('x-amz-storage-class');
  const headers = readHeaders(input);
  const { bytes, etag, checksum } = await receiveBody(ctx, input);
  const object: StoredObject = {
    ...headers,
    account: bucket.account, bucket: bucket.name, key,
    sizeBytes: bytes.sizeBytes, etag,
    modifiedAt: ctx.clock.now(),
    segments: [{ file: bytes.file, sizeBytes: bytes.sizeBytes }],
    ...(checksum !== undefined && { checksum: { ...checksum, type: 'FULL_OBJECT' } }),
  };
  try {
    await bytes.publish();
  } catch (error) {
    await bytes.discard();
    throw error;
  }
  commitObject(ctx, object, input);
  return { ETag: `"${etag}"`, ...viewChecksum(object.checksum) };
}

/**
 * Puts the row in place of the one that is there, as far as the request's conditions hold. `also` runs in the same transaction.
 * Throws NoSuchBucket, PreconditionFailed, NoSuchKey; the object's own files are removed then.
 */
export function commitObject(ctx: S3Context, object: StoredObject, conditions: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined }, also?: (tx: Transaction) => void): void {
  let replaced: StoredObject | undefined;
  try {
    ctx.store.transact((tx) => {
      useBucket(tx, ctx, object.bucket);
      replaced = tx.get(storedObjects, objectKey(object.account, object.bucket, object.key));
      const judged = judgeWrite({ ifMatch: conditions.IfMatch, ifNoneMatch: conditions.IfNoneMatch }, replaced);
      if (judged === 'absent') throw s3Error('NoSuchKey', { Key: object.key });
      if (judged === 'failed') throw s3Error('PreconditionFailed', { Condition: conditions.IfMatch === undefined ? 'If-None-Match' : 'If-Match' });
      also?.(tx);
      tx.put(storedObjects, object);
    });
  } catch (error) {
    // Parts of an upload stay its own.
    if (also === undefined) ctx.bytes.remove(object.segments.map(({ file }) => file));
    throw error;
  }
  removeLater(ctx, replaced?.segments ?? []);
}
