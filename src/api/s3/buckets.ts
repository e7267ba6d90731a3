// Buckets: CreateBucket, DeleteBucket, HeadBucket, ListBuckets, GetBucketLocation.
import { isBucketName } from '#core/objects/bucket-name.ts';
import { objectBuckets, objectParts, objectUploads, storedObjects, type ObjectBucket, type ObjectPart } from '#model/object.ts';
import { rawXml } from '#wire/payload.ts';
import { listPage } from '../list-page.ts';
import { removeLater, type S3Context } from './context.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import { useBucket } from './find.ts';
import { refuseUnsupported } from './object-headers.ts';
import type { CreateBucketRequest, DeleteBucketRequest, GetBucketLocationRequest, HeadBucketRequest, ListBucketsRequest } from './shapes.ts';

const HOME = 'us-east-1';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const MAX_BUCKETS = 10_000;

/** In us-east-1 a bucket that is one's own already is made again, as there. */
export function createBucket(input: CreateBucketRequest, ctx: S3Context): object {
  const name = input.Bucket ?? '';
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', { BucketName: name });
  if (input.ObjectLockEnabledForBucket === true) throw notImplemented('x-amz-bucket-object-lock-enabled');
  refuseUnsupported(input);
  const wanted = input.CreateBucketConfiguration?.LocationConstraint as string | undefined;
  const region = wanted === undefined || wanted === '' ? HOME : wanted === 'EU' ? 'eu-west-1' : wanted;
  if (region !== ctx.region && ctx.region !== HOME) throw s3Error('IllegalLocationConstraintException');
  ctx.store.transact((tx) => {
    if (tx.get(objectBuckets, `${ctx.account}/${name}`) !== undefined) {
      if (region === HOME) return;
      throw s3Error('BucketAlreadyOwnedByYou', { BucketName: name });
    }
    tx.put(objectBuckets, { account: ctx.account, name, region, createdAt: ctx.now });
  });
  return { Location: region === HOME ? `/${name}` : `http://${name}.s3.amazonaws.com/`, BucketArn: `arn:aws:s3:::${name}` };
}

/** Uploads that were never completed go with it. */
export function deleteBucket(input: DeleteBucketRequest, ctx: S3Context): object {
  const parts: ObjectPart[] = [];
  ctx.store.transact((tx) => {
    const bucket = useBucket(tx, ctx, input.Bucket);
    const key = objectBuckets.key(bucket);
    if (tx.count(storedObjects, 'bucket', key) > 0) throw s3Error('BucketNotEmpty', { BucketName: bucket.name });
    for (const upload of [...tx.by(objectUploads, 'bucket', key)]) {
      for (const part of [...tx.by(objectParts, 'upload', upload.id)]) {
        parts.push(part);
        tx.delete(objectParts, objectParts.key(part));
      }
      tx.delete(objectUploads, upload.id);
    }
    tx.delete(objectBuckets, key);
  });
  removeLater(ctx, parts);
  return {};
}

export function headBucket(input: HeadBucketRequest, ctx: S3Context): object {
  const bucket = useBucket(ctx.store, ctx, input.Bucket);
  return { BucketRegion: bucket.region, BucketArn: `arn:aws:s3:::${bucket.name}`, AccessPointAlias: false };
}

export function listBuckets(input: ListBucketsRequest, ctx: S3Context): object {
  const wanted = (bucket: ObjectBucket): boolean => bucket.name.startsWith(input.Prefix ?? '') && (input.BucketRegion === undefined || bucket.region === input.BucketRegion);
  const all = [...ctx.store.by(objectBuckets, 'account', ctx.account)].filter(wanted);
  const page = listPage('buckets', all, ({ name }) => name, input.MaxBuckets ?? MAX_BUCKETS, input.ContinuationToken, () => invalidArgument('The continuation token provided is incorrect', 'continuation-token'));
  return {
    Buckets: page.rows.map(({ name, createdAt, region }) => ({ Name: name, CreationDate: new Date(createdAt), BucketRegion: region, BucketArn: `arn:aws:s3:::${name}` })),
    Owner: { ID: ctx.account },
    ContinuationToken: page.nextToken,
    Prefix: input.Prefix,
  };
}

/** Its document has no element around the value; us-east-1 is an empty one. */
export function getBucketLocation(input: GetBucketLocationRequest, ctx: S3Context): object {
  const { region } = useBucket(ctx.store, ctx, input.Bucket);
  const value = region === HOME ? '/>' : `>${region}</LocationConstraint>`;
  return rawXml(`<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="${NAMESPACE}"${value}`);
}
