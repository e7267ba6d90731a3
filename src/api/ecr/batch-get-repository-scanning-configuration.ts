// BatchGetRepositoryScanningConfiguration: what each repository's own setting says.
import { repositories, repositoryArn } from '#model/repository.ts';
import type { EcrContext } from './context.ts';
import type { BatchGetRepositoryScanningConfigurationRequest, BatchGetRepositoryScanningConfigurationResponse, Shape } from './shapes.ts';
import { validCount } from './validate.ts';

export function batchGetRepositoryScanningConfiguration(
  input: Shape<BatchGetRepositoryScanningConfigurationRequest>,
  ctx: EcrContext,
): Shape<BatchGetRepositoryScanningConfigurationResponse> {
  const names = input.repositoryNames ?? [];
  validCount('repositoryNames', names, 1, 25);
  const found = names.map((name) => ({ name, repository: ctx.store.get(repositories, repositoryArn(ctx.account, ctx.region, name)) }));
  return {
    scanningConfigurations: found.flatMap(({ repository }) =>
      repository === undefined
        ? []
        : [
            {
              repositoryArn: repository.arn,
              repositoryName: repository.name,
              scanOnPush: repository.scanOnPush,
              scanFrequency: repository.scanOnPush ? ('SCAN_ON_PUSH' as const) : ('MANUAL' as const),
              appliedScanFilters: [],
            },
          ],
    ),
    failures: found.flatMap(({ name, repository }) =>
      repository === undefined
        ? [{ repositoryName: name, failureCode: 'REPOSITORY_NOT_FOUND' as const, failureReason: `The repository with name '${name}' does not exist in the registry with id '${ctx.account}'` }]
        : [],
    ),
  };
}
