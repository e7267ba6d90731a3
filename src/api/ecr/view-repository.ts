// A repository as ECR returns it.
import { repositoryUri } from '#core/images/reference.ts';
import type { Repository } from '#model/repository.ts';
import { registryHost, type EcrContext } from './context.ts';
import type { Repository as RepositoryShape, Shape } from './shapes.ts';

export function viewRepository(ctx: EcrContext, repository: Repository): Shape<RepositoryShape> {
  const { account, region, name, tagExclusionFilters } = repository;
  return {
    repositoryArn: repository.arn,
    registryId: account,
    repositoryName: name,
    repositoryUri: repositoryUri(registryHost(ctx), { account, region, repository: name }),
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.tagMutability,
    ...(tagExclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: tagExclusionFilters }),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption as Shape<RepositoryShape>['encryptionConfiguration'],
  };
}
