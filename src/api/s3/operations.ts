// Every operation of S3's model: what cp, ls, sync and assets need is here, the others answer by name that they are not.
import type { Operation } from '#wire/service.ts';
import { lazyOperations } from '../lazy-operations.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts';
import type { S3Context } from './context.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject, headObject } from './get-object.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listMultipartUploads, listParts } from './list-parts.ts';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from './multipart.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { putObject } from './put-object.ts';
import { schemaOf, type S3OperationName } from './shapes.ts';

const HANDLERS: Partial<Record<S3OperationName, Operation<S3Context>['handler']>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetBucketLocation: getBucketLocation,
  GetObject: getObject,
  HeadBucket: headBucket,
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListMultipartUploads: listMultipartUploads,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutObject: putObject,
  UploadPart: uploadPart,
};

const STREAMED: readonly S3OperationName[] = ['PutObject', 'UploadPart'];

const TABLE = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'NotImplemented');

/** Their bodies go past the wire, which would hold all of them in memory. */
export const OPERATIONS: Readonly<Record<S3OperationName, Operation<S3Context>>> = {
  ...TABLE,
  ...Object.fromEntries(STREAMED.map((name) => [name, { handler: TABLE[name].handler, streamsBody: true, get schema() { return schemaOf(name); } }])),
};
