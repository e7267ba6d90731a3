// SetRepositoryPolicy: kept and returned; evaluated once IAM is there.
import type { EcrContext } from './context.ts';
import { invalidAt } from './errors.ts';
import { changeRepository, findRepository } from './find-repository.ts';
import type { SetRepositoryPolicyRequest, SetRepositoryPolicyResponse, Shape } from './shapes.ts';
import { validLength } from './validate.ts';

export function setRepositoryPolicy(input: Shape<SetRepositoryPolicyRequest>, ctx: EcrContext): Shape<SetRepositoryPolicyResponse> {
  findRepository(ctx.store, ctx, input);
  const { policyText = '' } = input;
  validLength('PolicyText', policyText, 0, 10_240);
  if (!isPolicy(policyText)) throw invalidAt('PolicyText', 'Invalid repository policy provided');
  const { account, name } = changeRepository(ctx, input, (repository) => ({ ...repository, policyText }));
  return { registryId: account, repositoryName: name, policyText };
}

function isPolicy(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null && 'Statement' in document;
  } catch {
    return false;
  }
}
