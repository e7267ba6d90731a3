// DescribeRepositories: those named, all of which must exist, or all by pages.
import { repositories } from '#model/repository.ts';
import { page } from '#store/page.ts';
import type { EcrContext } from './context.ts';
import { findRepository, validRegistryId } from './find-repository.ts';
import { nextToken, pageRequest, refusePaging } from './paginate.ts';
import type { DescribeRepositoriesRequest, DescribeRepositoriesResponse, Shape } from './shapes.ts';
import { validCount } from './validate.ts';
import { viewRepository } from './view-repository.ts';

export function describeRepositories(input: Shape<DescribeRepositoriesRequest>, ctx: EcrContext): Shape<DescribeRepositoriesResponse> {
  validRegistryId(ctx, input.registryId);
  const { repositoryNames } = input;
  if (repositoryNames !== undefined) {
    validCount('repositoryNames', repositoryNames, 1, 100);
    refusePaging('repositoryNames', input);
    const found = repositoryNames.map((repositoryName) => findRepository(ctx.store, ctx, { repositoryName }));
    return { repositories: found.map((repository) => viewRepository(ctx, repository)) };
  }
  const { limit, after } = pageRequest('DescribeRepositories', input);
  const { rows, next } = page(ctx.store, repositories, 'scope', `${ctx.account}/${ctx.region}`, { limit, after: Number(after ?? 0) });
  return { repositories: rows.map((repository) => viewRepository(ctx, repository)), ...nextToken('DescribeRepositories', next) };
}
