// DeleteLifecyclePolicy.
import type { EcrContext } from './context.ts';
import { lifecyclePolicyNotFound } from './errors.ts';
import { changeRepository, findRepository } from './find-repository.ts';
import type { DeleteLifecyclePolicyRequest, DeleteLifecyclePolicyResponse, Shape } from './shapes.ts';

export function deleteLifecyclePolicy(input: Shape<DeleteLifecyclePolicyRequest>, ctx: EcrContext): Shape<DeleteLifecyclePolicyResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { account, name, lifecyclePolicyText } = repository;
  if (lifecyclePolicyText === undefined) throw lifecyclePolicyNotFound(repository);
  changeRepository(ctx, input, ({ lifecyclePolicyText: _removed, ...rest }) => rest);
  return { registryId: account, repositoryName: name, lifecyclePolicyText };
}
