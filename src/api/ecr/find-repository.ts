// The repository a request names, with the checks every operation on one makes, in ECR's order.
import { repositories, repositoryArn, type Repository } from '#model/repository.ts';
import type { Reader } from '#store/store.ts';
import type { EcrContext } from './context.ts';
import { accessDenied, repositoryNotFound } from './errors.ts';
import { validPattern, validRepositoryName } from './validate.ts';

const REGISTRY_ID = /^[0-9]{12}$/;

export interface RepositoryRef {
  readonly registryId?: string | undefined;
  readonly repositoryName?: string | undefined;
}

/** Checks `registryId`: absent or the caller's own account. */
export function validRegistryId(ctx: EcrContext, registryId: string | undefined, resource = '*'): void {
  if (registryId === undefined) return;
  validPattern('registryId', registryId, REGISTRY_ID);
  if (registryId !== ctx.account) throw accessDenied(ctx.call.caller.arn, `ecr:${ctx.call.operation}`, resource);
}

/** The repository. Throws InvalidParameterException, AccessDeniedException, RepositoryNotFoundException, in this order. */
export function findRepository(reader: Reader, ctx: EcrContext, ref: RepositoryRef): Repository {
  const name = validRepositoryName(ref.repositoryName ?? '');
  const arn = repositoryArn(ctx.account, ctx.region, name);
  validRegistryId(ctx, ref.registryId, repositoryArn(ref.registryId ?? ctx.account, ctx.region, name));
  const repository = reader.get(repositories, arn);
  if (repository === undefined) throw repositoryNotFound({ name, account: ctx.account });
  return repository;
}

/** Replaces the repository by what `change` makes of it, in one transaction. */
export function changeRepository(ctx: EcrContext, ref: RepositoryRef, change: (repository: Repository) => Repository): Repository {
  return ctx.store.transact((tx) => {
    const changed = change(findRepository(tx, ctx, ref));
    tx.put(repositories, changed);
    return changed;
  });
}
