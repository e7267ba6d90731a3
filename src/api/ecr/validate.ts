// ECR's checks of members: names, patterns, lengths, enumerations. The patterns are those of the service model.
import { matchesRepositoryName, REPOSITORY_NAME_MAX_LENGTH, REPOSITORY_NAME_MIN_LENGTH } from '#core/images/repository-name.ts';
import type { TagExclusionFilter, TagMutability } from '#model/repository.ts';
import { invalidAt } from './errors.ts';

const REPOSITORY_NAME_PATTERN = String.raw`(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`;
const MUTABILITIES: readonly string[] = ['IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE', 'MUTABLE_WITH_EXCLUSION'];
const FILTER = /^[0-9a-zA-Z._*-]{1,128}$/;
const FILTER_WILDCARDS_MAX = 2;

/** Checks a repository's name: pattern first, then length. */
export function validRepositoryName(name: string, parameter = 'repositoryName'): string {
  // The message's pattern is the one ECR prints; what it accepts is the model's, which allows `__` and runs of `-` too.
  if (!matchesRepositoryName(name)) throw invalidAt(parameter, `must satisfy regular expression '${REPOSITORY_NAME_PATTERN}'`);
  validLength(parameter, name, REPOSITORY_NAME_MIN_LENGTH, REPOSITORY_NAME_MAX_LENGTH);
  return name;
}

/** Checks a text's length. */
export function validLength(parameter: string, text: string, min: number, max: number): void {
  if (text.length < min) throw invalidAt(parameter, `must have length greater than or equal to ${min}`);
  if (text.length > max) throw invalidAt(parameter, `must have length less than or equal to ${max}`);
}

/** Checks how many items a list has. */
export function validCount(parameter: string, items: readonly unknown[], min: number, max: number): void {
  if (items.length < min) throw invalidAt(parameter, `must have length greater than or equal to ${min}`);
  if (items.length > max) throw invalidAt(parameter, `must have length less than or equal to ${max}`);
}

/** Checks that the value is one of the model's. */
export function validEnum(parameter: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw invalidAt(parameter, `must satisfy enum value set: [${allowed.join(', ')}]`);
}

/** Checks a pattern. */
export function validPattern(parameter: string, value: string, pattern: RegExp): void {
  if (!pattern.test(value)) throw invalidAt(parameter, `must satisfy regular expression '${pattern.source.replace(/^\^|\$$/g, '')}'`);
}

/** The mutability setting with its exclusion filters, which the `_WITH_EXCLUSION` settings need and the others refuse. */
export function validMutability(
  mutability: string | undefined,
  filters: readonly { readonly filterType?: string | undefined; readonly filter?: string | undefined }[] | undefined,
): { tagMutability: TagMutability; tagExclusionFilters: readonly TagExclusionFilter[] } {
  const tagMutability = mutability ?? 'MUTABLE';
  validEnum('imageTagMutability', tagMutability, MUTABILITIES);
  const parameter = 'imageTagMutabilityExclusionFilters';
  const needed = tagMutability.endsWith('_WITH_EXCLUSION');
  if (needed && filters === undefined) throw invalidAt(parameter, `ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as ${tagMutability}`);
  if (!needed && filters !== undefined) throw invalidAt(parameter, `ImageTagMutabilityExclusionFilters must be null when imageTagMutability is set as ${tagMutability}`);
  if (filters !== undefined) validCount(parameter, filters, 1, 5);
  const tagExclusionFilters = (filters ?? []).map(({ filterType = '', filter = '' }): TagExclusionFilter => {
    validEnum(`${parameter}.filterType`, filterType, ['WILDCARD']);
    validPattern(`${parameter}.filter`, filter, FILTER);
    if (filter.split('*').length - 1 > FILTER_WILDCARDS_MAX) throw invalidAt(`${parameter}.filter`, `must have at most ${FILTER_WILDCARDS_MAX} wildcards`);
    return { filterType: 'WILDCARD', filter };
  });
  return { tagMutability: tagMutability as TagMutability, tagExclusionFilters };
}
