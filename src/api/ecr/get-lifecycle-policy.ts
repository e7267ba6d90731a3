// GetLifecyclePolicy.
import type { EcrContext } from './context.ts';
import { lifecyclePolicyNotFound } from './errors.ts';
import { findRepository } from './find-repository.ts';
import type { GetLifecyclePolicyRequest, GetLifecyclePolicyResponse, Shape } from './shapes.ts';

export function getLifecyclePolicy(input: Shape<GetLifecyclePolicyRequest>, ctx: EcrContext): Shape<GetLifecyclePolicyResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { account, name, lifecyclePolicyText } = repository;
  if (lifecyclePolicyText === undefined) throw lifecyclePolicyNotFound(repository);
  return { registryId: account, repositoryName: name, lifecyclePolicyText };
}
