// What IAM is asked about ECR operations: the repositories they name.
import type { OperationAccess } from '#wire/service.ts';
import { repositoryArn } from '#model/repository.ts';
import type { EcrContext } from './context.ts';
import type { EcrOperationName } from './shapes.ts';

type Ask = OperationAccess<EcrContext>;

const onRepository: Ask = {
  resources: (input: any, ctx) => [repositoryArn(String(input.registryId ?? ctx.account), ctx.region, String(input.repositoryName ?? '*'))],
};
const onRepositories: Ask = {
  resources: (input: any, ctx) => {
    const names: readonly string[] = input.repositoryNames ?? [];
    return (names.length === 0 ? ['*'] : names).map((name) => repositoryArn(String(input.registryId ?? ctx.account), ctx.region, name));
  },
};
const onResource: Ask = { resources: (input: any) => [String(input.resourceArn ?? '*')] };

const BY_REPOSITORY: readonly EcrOperationName[] = [
  'BatchCheckLayerAvailability', 'BatchDeleteImage', 'BatchGetImage', 'CompleteLayerUpload', 'CreateRepository', 'DeleteLifecyclePolicy', 'DeleteRepository',
  'DeleteRepositoryPolicy', 'DescribeImageScanFindings', 'DescribeImages', 'GetDownloadUrlForLayer', 'GetLifecyclePolicy', 'GetLifecyclePolicyPreview',
  'GetRepositoryPolicy', 'InitiateLayerUpload', 'ListImageReferrers', 'ListImages', 'PutImage', 'PutImageScanningConfiguration', 'PutImageTagMutability',
  'PutLifecyclePolicy', 'SetRepositoryPolicy', 'StartImageScan', 'StartLifecyclePolicyPreview', 'UploadLayerPart',
];

/** Not about one repository. */
export const ON_ALL: readonly EcrOperationName[] = ['DescribeRegistry', 'GetAuthorizationToken'];

export const ACCESS: Partial<Record<EcrOperationName, Ask>> = {
  ...Object.fromEntries(BY_REPOSITORY.map((name) => [name, onRepository])),
  BatchGetRepositoryScanningConfiguration: onRepositories,
  DescribeRepositories: onRepositories,
  ListTagsForResource: onResource,
  TagResource: onResource,
  UntagResource: onResource,
};
