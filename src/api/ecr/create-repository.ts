// CreateRepository. Checks: name, registry, tags, mutability, encryption; then whether the name is free.
import { repositories, repositoryArn, type Repository } from '#model/repository.ts';
import type { EcrContext } from './context.ts';
import { repositoryAlreadyExists } from './errors.ts';
import { validRegistryId } from './find-repository.ts';
import type { CreateRepositoryRequest, CreateRepositoryResponse, Shape } from './shapes.ts';
import { validEnum, validLength, validMutability, validRepositoryName } from './validate.ts';
import { mergeTags, validTags } from './validate-tags.ts';
import { viewRepository } from './view-repository.ts';

export function createRepository(input: Shape<CreateRepositoryRequest>, ctx: EcrContext): Shape<CreateRepositoryResponse> {
  const { account, region } = ctx;
  const name = validRepositoryName(input.repositoryName ?? '');
  const arn = repositoryArn(account, region, name);
  validRegistryId(ctx, input.registryId, arn);
  const made: Repository = {
    arn,
    account,
    region,
    name,
    createdAt: ctx.now,
    tags: mergeTags([], validTags(input.tags)),
    ...validMutability(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: validEncryption(input.encryptionConfiguration),
  };
  return ctx.store.transact((tx) => {
    if (tx.get(repositories, arn) !== undefined) throw repositoryAlreadyExists({ name, account });
    tx.put(repositories, made);
    return { repository: viewRepository(ctx, made) };
  });
}

/** Kept and returned as given: the disk's own encryption is what protects blobs here. */
function validEncryption(given: Shape<CreateRepositoryRequest>['encryptionConfiguration']): Repository['encryption'] {
  const encryptionType = given?.encryptionType ?? 'AES256';
  validEnum('encryptionConfiguration.encryptionType', encryptionType, ['AES256', 'KMS', 'KMS_DSSE']);
  if (given?.kmsKey === undefined) return { encryptionType };
  validLength('encryptionConfiguration.kmsKey', given.kmsKey, 1, 2048);
  return { encryptionType, kmsKey: given.kmsKey };
}
