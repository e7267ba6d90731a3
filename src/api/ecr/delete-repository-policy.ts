// DeleteRepositoryPolicy.
import type { EcrContext } from './context.ts';
import { repositoryPolicyNotFound } from './errors.ts';
import { changeRepository, findRepository } from './find-repository.ts';
import type { DeleteRepositoryPolicyRequest, DeleteRepositoryPolicyResponse, Shape } from './shapes.ts';

export function deleteRepositoryPolicy(input: Shape<DeleteRepositoryPolicyRequest>, ctx: EcrContext): Shape<DeleteRepositoryPolicyResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { account, name, policyText } = repository;
  if (policyText === undefined) throw repositoryPolicyNotFound(repository);
  changeRepository(ctx, input, ({ policyText: _removed, ...rest }) => rest);
  return { registryId: account, repositoryName: name, policyText };
}
