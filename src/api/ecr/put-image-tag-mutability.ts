// PutImageTagMutability.
import type { EcrContext } from './context.ts';
import { changeRepository, findRepository } from './find-repository.ts';
import type { PutImageTagMutabilityRequest, PutImageTagMutabilityResponse, Shape } from './shapes.ts';
import { validMutability } from './validate.ts';

export function putImageTagMutability(input: Shape<PutImageTagMutabilityRequest>, ctx: EcrContext): Shape<PutImageTagMutabilityResponse> {
  findRepository(ctx.store, ctx, input);
  const setting = validMutability(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
  const { account, name } = changeRepository(ctx, input, (repository) => ({ ...repository, ...setting }));
  const { tagMutability: imageTagMutability, tagExclusionFilters } = setting;
  return {
    registryId: account,
    repositoryName: name,
    imageTagMutability,
    ...(tagExclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: tagExclusionFilters }),
  };
}
