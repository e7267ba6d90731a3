// Every ECR operation of the current model: what answers it, or that Longshore does not have it yet.
import type { Operation, OperationSchema } from '#wire/service.ts';
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import { batchCheckLayerAvailability } from './batch-check-layer-availability.ts';
import { batchDeleteImage } from './batch-delete-image.ts';
import { batchGetImage } from './batch-get-image.ts';
import { batchGetRepositoryScanningConfiguration } from './batch-get-repository-scanning-configuration.ts';
import { completeLayerUpload } from './complete-layer-upload.ts';
import type { EcrContext } from './context.ts';
import { createRepository } from './create-repository.ts';
import { deleteLifecyclePolicy } from './delete-lifecycle-policy.ts';
import { deleteRepositoryPolicy } from './delete-repository-policy.ts';
import { deleteRepository } from './delete-repository.ts';
import { describeImages } from './describe-images.ts';
import { describeRegistry } from './describe-registry.ts';
import { describeRepositories } from './describe-repositories.ts';
import { getAuthorizationToken } from './get-authorization-token.ts';
import { getDownloadUrlForLayer } from './get-download-url-for-layer.ts';
import { getLifecyclePolicy } from './get-lifecycle-policy.ts';
import { getRepositoryPolicy } from './get-repository-policy.ts';
import { initiateLayerUpload } from './initiate-layer-upload.ts';
import { listImageReferrers } from './list-image-referrers.ts';
import { listImages } from './list-images.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { putImageScanningConfiguration } from './put-image-scanning-configuration.ts';
import { putImageTagMutability } from './put-image-tag-mutability.ts';
import { putImage } from './put-image.ts';
import { putLifecyclePolicy } from './put-lifecycle-policy.ts';
import { setRepositoryPolicy } from './set-repository-policy.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { uploadLayerPart } from './upload-layer-part.ts';
import * as shapes from './shapes.ts';
import type { EcrOperationName } from './shapes.ts';

/** A part of 20 MiB in base64, and the members around it. */
const LAYER_PART_BODY_MAX_BYTES = 28 * 1024 * 1024;

export const OPERATIONS = {
  BatchCheckLayerAvailability: { schema: shapes.BatchCheckLayerAvailability$, handler: batchCheckLayerAvailability },
  BatchDeleteImage: { schema: shapes.BatchDeleteImage$, handler: batchDeleteImage },
  BatchGetImage: { schema: shapes.BatchGetImage$, handler: batchGetImage },
  BatchGetRepositoryScanningConfiguration: { schema: shapes.BatchGetRepositoryScanningConfiguration$, handler: batchGetRepositoryScanningConfiguration },
  CompleteLayerUpload: { schema: shapes.CompleteLayerUpload$, handler: completeLayerUpload },
  CreatePullThroughCacheRule: notYet(shapes.CreatePullThroughCacheRule$, 'CreatePullThroughCacheRule'),
  CreateRepository: { schema: shapes.CreateRepository$, handler: createRepository },
  CreateRepositoryCreationTemplate: notYet(shapes.CreateRepositoryCreationTemplate$, 'CreateRepositoryCreationTemplate'),
  DeleteLifecyclePolicy: { schema: shapes.DeleteLifecyclePolicy$, handler: deleteLifecyclePolicy },
  DeletePullThroughCacheRule: notYet(shapes.DeletePullThroughCacheRule$, 'DeletePullThroughCacheRule'),
  DeleteRegistryPolicy: notYet(shapes.DeleteRegistryPolicy$, 'DeleteRegistryPolicy'),
  DeleteRepository: { schema: shapes.DeleteRepository$, handler: deleteRepository },
  DeleteRepositoryCreationTemplate: notYet(shapes.DeleteRepositoryCreationTemplate$, 'DeleteRepositoryCreationTemplate'),
  DeleteRepositoryPolicy: { schema: shapes.DeleteRepositoryPolicy$, handler: deleteRepositoryPolicy },
  DeleteSigningConfiguration: notYet(shapes.DeleteSigningConfiguration$, 'DeleteSigningConfiguration'),
  DeregisterPullTimeUpdateExclusion: notYet(shapes.DeregisterPullTimeUpdateExclusion$, 'DeregisterPullTimeUpdateExclusion'),
  DescribeImageReplicationStatus: notYet(shapes.DescribeImageReplicationStatus$, 'DescribeImageReplicationStatus'),
  DescribeImageScanFindings: notYet(shapes.DescribeImageScanFindings$, 'DescribeImageScanFindings'),
  DescribeImageSigningStatus: notYet(shapes.DescribeImageSigningStatus$, 'DescribeImageSigningStatus'),
  DescribeImages: { schema: shapes.DescribeImages$, handler: describeImages },
  DescribePullThroughCacheRules: notYet(shapes.DescribePullThroughCacheRules$, 'DescribePullThroughCacheRules'),
  DescribeRegistry: { schema: shapes.DescribeRegistry$, handler: describeRegistry },
  DescribeReplicationBackfillResults: notYet(shapes.DescribeReplicationBackfillResults$, 'DescribeReplicationBackfillResults'),
  DescribeRepositories: { schema: shapes.DescribeRepositories$, handler: describeRepositories },
  DescribeRepositoryCreationTemplates: notYet(shapes.DescribeRepositoryCreationTemplates$, 'DescribeRepositoryCreationTemplates'),
  GetAccountSetting: notYet(shapes.GetAccountSetting$, 'GetAccountSetting'),
  GetAuthorizationToken: { schema: shapes.GetAuthorizationToken$, handler: getAuthorizationToken },
  GetDownloadUrlForLayer: { schema: shapes.GetDownloadUrlForLayer$, handler: getDownloadUrlForLayer },
  GetLifecyclePolicy: { schema: shapes.GetLifecyclePolicy$, handler: getLifecyclePolicy },
  GetLifecyclePolicyPreview: notYet(shapes.GetLifecyclePolicyPreview$, 'GetLifecyclePolicyPreview'),
  GetRegistryPolicy: notYet(shapes.GetRegistryPolicy$, 'GetRegistryPolicy'),
  GetRegistryScanningConfiguration: notYet(shapes.GetRegistryScanningConfiguration$, 'GetRegistryScanningConfiguration'),
  GetRepositoryPolicy: { schema: shapes.GetRepositoryPolicy$, handler: getRepositoryPolicy },
  GetSigningConfiguration: notYet(shapes.GetSigningConfiguration$, 'GetSigningConfiguration'),
  InitiateLayerUpload: { schema: shapes.InitiateLayerUpload$, handler: initiateLayerUpload },
  ListImageReferrers: { schema: shapes.ListImageReferrers$, handler: listImageReferrers },
  ListImages: { schema: shapes.ListImages$, handler: listImages },
  ListPullTimeUpdateExclusions: notYet(shapes.ListPullTimeUpdateExclusions$, 'ListPullTimeUpdateExclusions'),
  ListReplicationBackfills: notYet(shapes.ListReplicationBackfills$, 'ListReplicationBackfills'),
  ListTagsForResource: { schema: shapes.ListTagsForResource$, handler: listTagsForResource },
  PutAccountSetting: notYet(shapes.PutAccountSetting$, 'PutAccountSetting'),
  PutImage: { schema: shapes.PutImage$, handler: putImage },
  PutImageScanningConfiguration: { schema: shapes.PutImageScanningConfiguration$, handler: putImageScanningConfiguration },
  PutImageTagMutability: { schema: shapes.PutImageTagMutability$, handler: putImageTagMutability },
  PutLifecyclePolicy: { schema: shapes.PutLifecyclePolicy$, handler: putLifecyclePolicy },
  PutRegistryPolicy: notYet(shapes.PutRegistryPolicy$, 'PutRegistryPolicy'),
  PutRegistryScanningConfiguration: notYet(shapes.PutRegistryScanningConfiguration$, 'PutRegistryScanningConfiguration'),
  PutReplicationConfiguration: notYet(shapes.PutReplicationConfiguration$, 'PutReplicationConfiguration'),
  PutSigningConfiguration: notYet(shapes.PutSigningConfiguration$, 'PutSigningConfiguration'),
  RegisterPullTimeUpdateExclusion: notYet(shapes.RegisterPullTimeUpdateExclusion$, 'RegisterPullTimeUpdateExclusion'),
  SetRepositoryPolicy: { schema: shapes.SetRepositoryPolicy$, handler: setRepositoryPolicy },
  StartImageScan: notYet(shapes.StartImageScan$, 'StartImageScan'),
  StartLifecyclePolicyPreview: notYet(shapes.StartLifecyclePolicyPreview$, 'StartLifecyclePolicyPreview'),
  StartReplicationBackfill: notYet(shapes.StartReplicationBackfill$, 'StartReplicationBackfill'),
  StopReplicationBackfill: notYet(shapes.StopReplicationBackfill$, 'StopReplicationBackfill'),
  TagResource: { schema: shapes.TagResource$, handler: tagResource },
  UntagResource: { schema: shapes.UntagResource$, handler: untagResource },
  UpdateImageStorageClass: notYet(shapes.UpdateImageStorageClass$, 'UpdateImageStorageClass'),
  UpdatePullThroughCacheRule: notYet(shapes.UpdatePullThroughCacheRule$, 'UpdatePullThroughCacheRule'),
  UpdateRepositoryCreationTemplate: notYet(shapes.UpdateRepositoryCreationTemplate$, 'UpdateRepositoryCreationTemplate'),
  UploadLayerPart: { schema: shapes.UploadLayerPart$, handler: uploadLayerPart, maxBodyBytes: LAYER_PART_BODY_MAX_BYTES },
  ValidatePullThroughCacheRule: notYet(shapes.ValidatePullThroughCacheRule$, 'ValidatePullThroughCacheRule'),
} satisfies Record<EcrOperationName, Operation<EcrContext>>;

function notYet(schema: OperationSchema, operation: string): UnsupportedOperation {
  return unsupported(schema, operation, 'InvalidParameterException');
}
