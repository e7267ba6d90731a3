// The repository that a tagging operation names by ARN.
import { parseArn } from '#model/arn.ts';
import { repositories, type Repository } from '#model/repository.ts';
import type { Reader } from '#store/store.ts';
import type { EcrContext } from './context.ts';
import { accessDenied, invalidAt, repositoryNotFound } from './errors.ts';

/** Throws InvalidParameterException, AccessDeniedException, RepositoryNotFoundException. */
export function findTagged(reader: Reader, ctx: EcrContext, resourceArn: string | undefined): Repository {
  const parsed = parseArn(resourceArn ?? '');
  const [, name] = /^repository\/(.+)$/.exec(parsed?.resource ?? '') ?? [];
  if (parsed?.service !== 'ecr' || name === undefined) throw invalidAt('resourceArn', 'must be the ARN of a repository');
  if (parsed.account !== ctx.account) throw accessDenied(ctx.call.caller.arn, `ecr:${ctx.call.operation}`, resourceArn ?? '');
  const repository = parsed.region === ctx.region ? reader.get(repositories, resourceArn ?? '') : undefined;
  if (repository === undefined) throw repositoryNotFound({ name, account: ctx.account });
  return repository;
}
