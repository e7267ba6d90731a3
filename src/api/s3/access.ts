// What IAM is asked about calls of S3. Source: the service authorization reference, "Actions, resources, and condition keys for Amazon S3".
import type { OperationAccess } from '#wire/service.ts';
import type { S3Context } from './context.ts';
import { copySource } from './copy-object.ts';
import type { S3OperationName } from './shapes.ts';

interface Named {
  readonly Bucket?: string;
  readonly Key?: string;
}

const bucketArn = ({ Bucket }: Named): string => `arn:aws:s3:::${Bucket ?? ''}`;
const objectArn = (input: Named): string => `${bucketArn(input)}/${input.Key ?? ''}`;
const onBucket = (action: string): OperationAccess<S3Context> => ({ action: `s3:${action}`, resources: (input: Named) => [bucketArn(input)] });
const onObject = (action: string): OperationAccess<S3Context> => ({ action: `s3:${action}`, resources: (input: Named) => [objectArn(input)] });

interface ListInput extends Named {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
}

const listing: OperationAccess<S3Context> = {
  ...onBucket('ListBucket'),
  conditions: ({ Prefix, Delimiter, MaxKeys }: ListInput) => ({ 's3:prefix': Prefix, 's3:delimiter': Delimiter, 's3:max-keys': MaxKeys === undefined ? undefined : String(MaxKeys) }),
};

export const ACCESS: Readonly<Partial<Record<S3OperationName, OperationAccess<S3Context>>>> = {
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  CompleteMultipartUpload: onObject('PutObject'),
  CopyObject: {
    ...onObject('PutObject'),
    also: ({ CopySource }: { CopySource?: string }) => {
      const { bucket, key } = copySource(CopySource);
      return [{ action: 's3:GetObject', resource: objectArn({ Bucket: bucket, Key: key }) }];
    },
  },
  CreateBucket: onBucket('CreateBucket'),
  CreateMultipartUpload: onObject('PutObject'),
  DeleteBucket: onBucket('DeleteBucket'),
  DeleteObject: onObject('DeleteObject'),
  DeleteObjects: { action: 's3:DeleteObject', resources: ({ Bucket, Delete }: Named & { Delete?: { Objects?: Named[] } }) => (Delete?.Objects ?? []).map(({ Key }) => objectArn({ ...(Bucket !== undefined && { Bucket }), ...(Key !== undefined && { Key }) })) },
  GetBucketLocation: onBucket('GetBucketLocation'),
  GetObject: onObject('GetObject'),
  HeadBucket: onBucket('ListBucket'),
  HeadObject: onObject('GetObject'),
  ListBuckets: { action: 's3:ListAllMyBuckets' },
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
  ListObjects: listing,
  ListObjectsV2: listing,
  ListParts: onObject('ListMultipartUploadParts'),
  PutObject: onObject('PutObject'),
  UploadPart: onObject('PutObject'),
};
