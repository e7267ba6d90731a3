// GetRepositoryPolicy.
import type { EcrContext } from './context.ts';
import { repositoryPolicyNotFound } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { GetRepositoryPolicyRequest, GetRepositoryPolicyResponse, Shape } from './shapes.ts';

export function getRepositoryPolicy(input: Shape<GetRepositoryPolicyRequest>, ctx: EcrContext): Shape<GetRepositoryPolicyResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { account, name, policyText } = repository;
  if (policyText === undefined) throw repositoryPolicyNotFound(repository);
  return { registryId: account, repositoryName: name, policyText };
}
