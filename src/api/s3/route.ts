// Which operation of S3 a request is: by method, bucket, key, sub-resource and a few headers. The bucket is in the path, or before the host's
// name. What the model's own table of paths says is not enough: clients need not send `x-id`, and paths lack the bucket there.
import { header, percentDecode, type RequestHead } from '#wire/head.ts';

export interface S3Route {
  readonly operation: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** Behind the bucket in a virtual host; the names that lead to this machine, and AWS's own for those who point them here. */
const HOST_SUFFIX = /^(.+?)\.(?:s3[.-][a-z0-9-]+\.amazonaws\.com|s3\.amazonaws\.com|s3\.[a-z0-9-]+\.localhost|s3\.localhost|localhost|(?:s3\.)?localhost\.localstack\.cloud)$/;
const NO_BUCKET = /^s3([.-][a-z0-9-]+)?$/;

/** Sub-resource in the query → operation, by method. What is not here is the plain operation of the method. */
const BUCKET_RESOURCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  location: { GET: 'GetBucketLocation' },
  delete: { POST: 'DeleteObjects' },
  uploads: { GET: 'ListMultipartUploads' },
  versions: { GET: 'ListObjectVersions' },
  versioning: { GET: 'GetBucketVersioning', PUT: 'PutBucketVersioning' },
  tagging: { GET: 'GetBucketTagging', PUT: 'PutBucketTagging', DELETE: 'DeleteBucketTagging' },
  policy: { GET: 'GetBucketPolicy', PUT: 'PutBucketPolicy', DELETE: 'DeleteBucketPolicy' },
  policyStatus: { GET: 'GetBucketPolicyStatus' },
  acl: { GET: 'GetBucketAcl', PUT: 'PutBucketAcl' },
  cors: { GET: 'GetBucketCors', PUT: 'PutBucketCors', DELETE: 'DeleteBucketCors' },
  website: { GET: 'GetBucketWebsite', PUT: 'PutBucketWebsite', DELETE: 'DeleteBucketWebsite' },
  lifecycle: { GET: 'GetBucketLifecycleConfiguration', PUT: 'PutBucketLifecycleConfiguration', DELETE: 'DeleteBucketLifecycle' },
  encryption: { GET: 'GetBucketEncryption', PUT: 'PutBucketEncryption', DELETE: 'DeleteBucketEncryption' },
  logging: { GET: 'GetBucketLogging', PUT: 'PutBucketLogging' },
  notification: { GET: 'GetBucketNotificationConfiguration', PUT: 'PutBucketNotificationConfiguration' },
  replication: { GET: 'GetBucketReplication', PUT: 'PutBucketReplication', DELETE: 'DeleteBucketReplication' },
  requestPayment: { GET: 'GetBucketRequestPayment', PUT: 'PutBucketRequestPayment' },
  accelerate: { GET: 'GetBucketAccelerateConfiguration', PUT: 'PutBucketAccelerateConfiguration' },
  publicAccessBlock: { GET: 'GetPublicAccessBlock', PUT: 'PutPublicAccessBlock', DELETE: 'DeletePublicAccessBlock' },
  ownershipControls: { GET: 'GetBucketOwnershipControls', PUT: 'PutBucketOwnershipControls', DELETE: 'DeleteBucketOwnershipControls' },
  'object-lock': { GET: 'GetObjectLockConfiguration', PUT: 'PutObjectLockConfiguration' },
  analytics: { GET: 'GetBucketAnalyticsConfiguration', PUT: 'PutBucketAnalyticsConfiguration', DELETE: 'DeleteBucketAnalyticsConfiguration' },
  inventory: { GET: 'GetBucketInventoryConfiguration', PUT: 'PutBucketInventoryConfiguration', DELETE: 'DeleteBucketInventoryConfiguration' },
  metrics: { GET: 'GetBucketMetricsConfiguration', PUT: 'PutBucketMetricsConfiguration', DELETE: 'DeleteBucketMetricsConfiguration' },
  'intelligent-tiering': { GET: 'GetBucketIntelligentTieringConfiguration', PUT: 'PutBucketIntelligentTieringConfiguration', DELETE: 'DeleteBucketIntelligentTieringConfiguration' },
};

const OBJECT_RESOURCES: typeof BUCKET_RESOURCES = {
  uploads: { POST: 'CreateMultipartUpload' },
  tagging: { GET: 'GetObjectTagging', PUT: 'PutObjectTagging', DELETE: 'DeleteObjectTagging' },
  acl: { GET: 'GetObjectAcl', PUT: 'PutObjectAcl' },
  attributes: { GET: 'GetObjectAttributes' },
  retention: { GET: 'GetObjectRetention', PUT: 'PutObjectRetention' },
  'legal-hold': { GET: 'GetObjectLegalHold', PUT: 'PutObjectLegalHold' },
  torrent: { GET: 'GetObjectTorrent' },
  restore: { POST: 'RestoreObject' },
  select: { POST: 'SelectObjectContent' },
};

export function routeS3(head: RequestHead): S3Route | undefined {
  const { bucket, key } = addressed(head);
  const names = new Set(head.query.split('&').map((part) => percentDecode(part.split('=', 1)[0] ?? '')));
  const operation = bucket === '' ? (head.method === 'GET' ? 'ListBuckets' : undefined) : key === '' ? ofBucket(head, names) : ofObject(head, names);
  if (operation === undefined) return undefined;
  return { operation, labels: new Map([...(bucket === '' ? [] : [['Bucket', bucket] as const]), ...(key === '' ? [] : [['Key', key] as const])]) };
}

/** Bucket and key, decoded; '' where there is none. Keys keep their slashes and dots as they are. */
export function addressed(head: RequestHead): { bucket: string; key: string } {
  const host = (header(head, 'host') ?? '').toLowerCase().replace(/:\d+$/, '');
  const virtual = HOST_SUFFIX.exec(host)?.[1];
  const path = head.path.slice(1);
  if (virtual !== undefined && !NO_BUCKET.test(virtual)) return { bucket: virtual, key: percentDecode(path) };
  const slash = path.indexOf('/');
  return slash < 0 ? { bucket: percentDecode(path), key: '' } : { bucket: percentDecode(path.slice(0, slash)), key: percentDecode(path.slice(slash + 1)) };
}

function ofBucket({ method }: RequestHead, names: ReadonlySet<string>): string | undefined {
  for (const [name, operations] of Object.entries(BUCKET_RESOURCES)) if (names.has(name)) return operations[method];
  switch (method) {
    case 'GET':
      return names.has('list-type') ? 'ListObjectsV2' : 'ListObjects';
    case 'HEAD':
      return 'HeadBucket';
    case 'PUT':
      return 'CreateBucket';
    case 'DELETE':
      return 'DeleteBucket';
    default:
      return undefined;
  }
}

function ofObject(head: RequestHead, names: ReadonlySet<string>): string | undefined {
  for (const [name, operations] of Object.entries(OBJECT_RESOURCES)) if (names.has(name)) return operations[head.method];
  const copies = head.names.includes('x-amz-copy-source');
  const part = names.has('uploadId');
  switch (head.method) {
    case 'GET':
      return part ? 'ListParts' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      return part ? (copies ? 'UploadPartCopy' : 'UploadPart') : copies ? 'CopyObject' : 'PutObject';
    case 'DELETE':
      return part ? 'AbortMultipartUpload' : 'DeleteObject';
    case 'POST':
      return part ? 'CompleteMultipartUpload' : undefined;
    default:
      return undefined;
  }
}
