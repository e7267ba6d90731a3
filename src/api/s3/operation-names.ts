// Every operation of the S3 model, in alphabetical order.
import type { S3OperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'AbortMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'CreateBucket', 'CreateBucketMetadataConfiguration',
  'CreateBucketMetadataTableConfiguration', 'CreateMultipartUpload', 'CreateSession', 'DeleteBucket', 'DeleteBucketAnalyticsConfiguration',
  'DeleteBucketCors', 'DeleteBucketEncryption', 'DeleteBucketIntelligentTieringConfiguration', 'DeleteBucketInventoryConfiguration',
  'DeleteBucketLifecycle', 'DeleteBucketMetadataConfiguration', 'DeleteBucketMetadataTableConfiguration',
  'DeleteBucketMetricsConfiguration', 'DeleteBucketOwnershipControls', 'DeleteBucketPolicy', 'DeleteBucketReplication',
  'DeleteBucketTagging', 'DeleteBucketWebsite', 'DeleteObject', 'DeleteObjectAnnotation', 'DeleteObjectTagging', 'DeleteObjects',
  'DeletePublicAccessBlock', 'GetBucketAbac', 'GetBucketAccelerateConfiguration', 'GetBucketAcl', 'GetBucketAnalyticsConfiguration',
  'GetBucketCors', 'GetBucketEncryption', 'GetBucketIntelligentTieringConfiguration', 'GetBucketInventoryConfiguration',
  'GetBucketLifecycleConfiguration', 'GetBucketLocation', 'GetBucketLogging', 'GetBucketMetadataConfiguration',
  'GetBucketMetadataTableConfiguration', 'GetBucketMetricsConfiguration', 'GetBucketNotificationConfiguration',
  'GetBucketOwnershipControls', 'GetBucketPolicy', 'GetBucketPolicyStatus', 'GetBucketReplication', 'GetBucketRequestPayment',
  'GetBucketTagging', 'GetBucketVersioning', 'GetBucketWebsite', 'GetObject', 'GetObjectAcl', 'GetObjectAnnotation', 'GetObjectAttributes',
  'GetObjectLegalHold', 'GetObjectLockConfiguration', 'GetObjectRetention', 'GetObjectTagging', 'GetObjectTorrent', 'GetPublicAccessBlock',
  'HeadBucket', 'HeadObject', 'ListBucketAnalyticsConfigurations', 'ListBucketIntelligentTieringConfigurations',
  'ListBucketInventoryConfigurations', 'ListBucketMetricsConfigurations', 'ListBuckets', 'ListDirectoryBuckets', 'ListMultipartUploads',
  'ListObjectAnnotations', 'ListObjectVersions', 'ListObjects', 'ListObjectsV2', 'ListParts', 'PutBucketAbac',
  'PutBucketAccelerateConfiguration', 'PutBucketAcl', 'PutBucketAnalyticsConfiguration', 'PutBucketCors', 'PutBucketEncryption',
  'PutBucketIntelligentTieringConfiguration', 'PutBucketInventoryConfiguration', 'PutBucketLifecycleConfiguration', 'PutBucketLogging',
  'PutBucketMetricsConfiguration', 'PutBucketNotificationConfiguration', 'PutBucketOwnershipControls', 'PutBucketPolicy',
  'PutBucketReplication', 'PutBucketRequestPayment', 'PutBucketTagging', 'PutBucketVersioning', 'PutBucketWebsite', 'PutObject',
  'PutObjectAcl', 'PutObjectAnnotation', 'PutObjectLegalHold', 'PutObjectLockConfiguration', 'PutObjectRetention', 'PutObjectTagging',
  'PutPublicAccessBlock', 'RenameObject', 'RestoreObject', 'SelectObjectContent', 'UpdateBucketMetadataAnnotationTableConfiguration',
  'UpdateBucketMetadataInventoryTableConfiguration', 'UpdateBucketMetadataJournalTableConfiguration', 'UpdateObjectEncryption',
  'UploadPart', 'UploadPartCopy', 'WriteGetObjectResponse',
] as const satisfies readonly S3OperationName[];
