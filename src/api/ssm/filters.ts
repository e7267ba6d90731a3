// ParameterFilters of GetParametersByPath and DescribeParameters.
import { isUnder } from '#core/secrets/parameter-name.ts';
import type { Parameter, ParameterVersion } from '#model/parameter.ts';
import { AwsError } from '#wire/aws-error.ts';
import { checkLimits, validation } from '../limits.ts';
import { invalidFilterKey } from './errors.ts';
import type { ParameterStringFilter } from './shapes.ts';

export interface ParameterFilter {
  readonly key: string;
  readonly values: readonly string[];
  readonly accepts: (parameter: Parameter, version: ParameterVersion) => boolean;
}

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Name: ['Equals', 'BeginsWith', 'Contains'],
  Type: ['Equals', 'BeginsWith'],
  KeyId: ['Equals', 'BeginsWith'],
  Path: ['Recursive', 'OneLevel'],
  Label: ['Equals'],
  Tier: ['Equals'],
  DataType: ['Equals'],
};

/** @param allowed keys; `tag` stands for `tag:<key>`. Throws InvalidFilterKey, InvalidFilterOption, InvalidFilterValue or ValidationException. */
export function parseFilters(given: readonly ParameterStringFilter[] | undefined, allowed: readonly string[]): ParameterFilter[] {
  const filters = (given ?? []).map((filter) => parse(filter, allowed));
  const keys = filters.map((filter) => filter.key);
  const twice = keys.find((key, at) => keys.indexOf(key) < at);
  if (twice !== undefined) throw validation(`The following filters are duplicated in the request: [${twice}]. A request can contain only one instance of a specific filter.`);
  return filters;
}

/** The labels asked for, or undefined. */
export function labelsOf(filters: readonly ParameterFilter[]): readonly string[] | undefined {
  return filters.find((filter) => filter.key === 'Label')?.values;
}

function parse({ Key: key = '', Option: option, Values: values = [] }: ParameterStringFilter, allowed: readonly string[]): ParameterFilter {
  checkLimits([key, 'parameterFilters.1.member.key', { minLength: 1, maxLength: 132, pattern: 'tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType' }]);
  const kind = key.startsWith('tag:') ? 'tag' : key;
  if (!allowed.includes(kind)) throw invalidFilterKey(`The following filter key is not valid: ${key}. Valid filter keys include: [${allowed.join(', ')}].`);
  const options = kind === 'tag' ? ['Equals'] : (OPTIONS[key] ?? []);
  if (option !== undefined && !options.includes(option)) {
    throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${option}. Valid options include: [${options.join(', ')}].`);
  }
  if (values.length === 0 && kind !== 'tag') throw new AwsError('InvalidFilterValue', `The following filter values are missing : null for filter key ${key}`);
  return { key, values, accepts: rule(key, option ?? (kind === 'Path' ? 'OneLevel' : 'Equals'), values) };
}

function rule(key: string, option: string, values: readonly string[]): ParameterFilter['accepts'] {
  const some = (test: (value: string) => boolean): boolean => values.some(test);
  if (key.startsWith('tag:')) {
    return ({ tags }) => tags.some((tag) => tag.key === key.slice('tag:'.length) && (values.length === 0 || values.includes(tag.value)));
  }
  const compare = (actual: string, wanted: string): boolean =>
    option === 'BeginsWith' ? actual.startsWith(wanted) : option === 'Contains' ? actual.includes(wanted) : actual === wanted;
  switch (key) {
    case 'Name':
      // A leading slash may be left out, as AWS has it.
      return ({ name }) => some((value) => compare(name, value) || compare(name.replace(/^\//, ''), value.replace(/^\//, '')));
    case 'Path':
      return ({ name }) => some((value) => isUnder(name, value, option === 'Recursive'));
    case 'Type':
      return (_, version) => some((value) => compare(version.type, value));
    case 'KeyId':
      return (_, version) => some((value) => compare(version.keyId ?? '', value));
    case 'Label':
      return (_, version) => some((value) => version.labels.includes(value));
    case 'Tier':
      return (_, version) => values.includes(version.tier);
    default:
      return (_, version) => values.includes(version.dataType);
  }
}
