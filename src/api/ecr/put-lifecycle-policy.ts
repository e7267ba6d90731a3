// PutLifecyclePolicy: checked and kept.
import { parseLifecyclePolicy } from '#core/images/lifecycle-policy.ts';
import type { EcrContext } from './context.ts';
import { invalidAt } from './errors.ts';
import { changeRepository, findRepository } from './find-repository.ts';
import type { PutLifecyclePolicyRequest, PutLifecyclePolicyResponse, Shape } from './shapes.ts';
import { validLength } from './validate.ts';

export function putLifecyclePolicy(input: Shape<PutLifecyclePolicyRequest>, ctx: EcrContext): Shape<PutLifecyclePolicyResponse> {
  findRepository(ctx.store, ctx, input);
  const { lifecyclePolicyText = '' } = input;
  validLength('LifecyclePolicyText', lifecyclePolicyText, 1, 30_720);
  const parsed = parseLifecyclePolicy(lifecyclePolicyText);
  if ('problem' in parsed) throw invalidAt('LifecyclePolicyText', `Lifecycle policy validation failure: ${parsed.problem}`);
  const { account, name } = changeRepository(ctx, input, (repository) => ({ ...repository, lifecyclePolicyText }));
  return { registryId: account, repositoryName: name, lifecyclePolicyText };
}
