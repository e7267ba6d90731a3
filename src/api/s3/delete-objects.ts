// DeleteObject and DeleteObjects. What is not there is deleted already.
import { objectKey, storedObjects, type ObjectSegment } from '#model/object.ts';
import type { Transaction } from '#store/store.ts';
import { removeLater, type S3Context } from './context.ts';
import { s3Error } from './errors.ts';
import { useBucket } from './find.ts';
import type { DeleteObjectRequest, DeleteObjectsRequest } from './shapes.ts';

const MAX_KEYS = 1000;

export function deleteObject(input: DeleteObjectRequest, ctx: S3Context): object {
  const gone: ObjectSegment[] = [];
  ctx.store.transact((tx) => {
    useBucket(tx, ctx, input.Bucket);
    drop(tx, ctx, input.Bucket ?? '', input.Key ?? '', gone);
  });
  removeLater(ctx, gone);
  return {};
}

export function deleteObjects(input: DeleteObjectsRequest, ctx: S3Context): object {
  const keys = (input.Delete?.Objects ?? []).map(({ Key }) => Key ?? '');
  if (keys.length === 0 || keys.length > MAX_KEYS) throw s3Error('MalformedXML');
  const gone: ObjectSegment[] = [];
  ctx.store.transact((tx) => {
    useBucket(tx, ctx, input.Bucket);
    for (const key of keys) drop(tx, ctx, input.Bucket ?? '', key, gone);
  });
  removeLater(ctx, gone);
  return input.Delete?.Quiet === true ? {} : { Deleted: keys.map((Key) => ({ Key })) };
}

function drop(tx: Transaction, ctx: S3Context, bucket: string, key: string, gone: ObjectSegment[]): void {
  const id = objectKey(ctx.account, bucket, key);
  gone.push(...(tx.get(storedObjects, id)?.segments ?? []));
  tx.delete(storedObjects, id);
}
