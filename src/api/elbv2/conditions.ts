// Conditions of rules: read from requests, checked, and shown again. Limits as in "Condition types for listener rules".
import { parseBlock } from '#core/balancer/cidr.ts';
import type { Condition } from '#model/load-balancer.ts';
import { unsupportedFeature, validationError } from './errors.ts';
import type { RuleCondition, Shape } from './shapes.ts';

const VALUE_LENGTH_MAX = 128;
const VALUES_MAX = 5;
const WILDCARDS_MAX = 6;
const FIELDS = ['host-header', 'path-pattern', 'http-header', 'http-request-method', 'query-string', 'source-ip'];
/** What a field's values may be written in, other than Values. */
const CONFIGS: Readonly<Record<string, string>> = { 'host-header': 'HostHeaderConfig', 'path-pattern': 'PathPatternConfig', 'http-request-method': 'HttpRequestMethodConfig', 'source-ip': 'SourceIpConfig', 'http-header': 'HttpHeaderConfig' };
/** May stand in a rule several times. */
const REPEATABLE = ['http-header', 'query-string'];

/** Throws ValidationError, TooManyConditions-like limits in ELB's words, InvalidConfigurationRequest. */
export function parseConditions(input: readonly Shape<RuleCondition>[] | undefined): Condition[] {
  if (input === undefined || input.length === 0) throw validationError('A condition must be specified');
  const conditions = input.map(parseCondition);
  for (const field of FIELDS) {
    if (!REPEATABLE.includes(field) && conditions.filter((condition) => condition.field === field).length > 1) throw validationError(`Only one '${field}' condition can be specified per rule`);
  }
  const texts = conditions.flatMap((condition) => ('values' in condition ? [...condition.values] : condition.pairs.flatMap((pair) => [pair.key ?? '', pair.value])));
  const values = conditions.reduce((sum, condition) => sum + ('values' in condition ? condition.values.length : condition.pairs.length), 0);
  if (values > VALUES_MAX) throw validationError(`A rule can only have '${VALUES_MAX}' condition values`);
  const wildcards = texts.join('').replace(/\\[*?\\]/g, '').replace(/[^*?]/g, '').length;
  if (wildcards > WILDCARDS_MAX) throw validationError(`A rule can only have '${WILDCARDS_MAX}' wildcards`);
  return conditions;
}

function parseCondition(input: Shape<RuleCondition>): Condition {
  const field = input.Field ?? '';
  if (field === '') throw validationError('A condition field must be specified');
  if (input.RegexValues !== undefined && input.RegexValues.length > 0) throw unsupportedFeature('regular expressions in conditions');
  switch (field) {
    case 'host-header':
      return { field, values: checkValues(valuesOf(field, input.Values, input.HostHeaderConfig), /^[A-Za-z0-9.*?_-]+$/) };
    case 'path-pattern':
      return { field, values: checkValues(valuesOf(field, input.Values, input.PathPatternConfig), /^[A-Za-z0-9_.$/~"'@:+&*?!%,;=()[\]\\-]+$/) };
    case 'http-request-method':
      return { field, values: checkValues(valuesOf(field, input.Values, input.HttpRequestMethodConfig), /^[A-Z_-]{1,40}$/) };
    case 'source-ip':
      return { field, values: checkSources(valuesOf(field, input.Values, input.SourceIpConfig)) };
    case 'http-header':
      return parseHeader(input);
    case 'query-string':
      return parseQuery(input);
    default:
      throw validationError(`Condition field '${field}' must be one of '[${FIELDS.join(', ')}]'`);
  }
}

function valuesOf(field: string, plain: readonly string[] | undefined, config: { readonly Values?: readonly string[] | undefined; readonly RegexValues?: readonly string[] | undefined } | undefined): readonly string[] {
  if ((config?.RegexValues?.length ?? 0) > 0) throw unsupportedFeature('regular expressions in conditions');
  if ((plain?.length ?? 0) > 0 && (config?.Values?.length ?? 0) > 0) throw validationError(`You cannot provide both Values and '${CONFIGS[field]}' for a condition of type '${field}'`);
  const values = plain?.length ? plain : (config?.Values ?? []);
  if (values.length === 0) throw validationError('A condition value must be specified');
  return values;
}

function checkValues(values: readonly string[], allowed: RegExp): readonly string[] {
  for (const value of values) {
    if (value === '') throw validationError('A condition value must not be empty');
    if (value.length > VALUE_LENGTH_MAX) throw validationError(`Condition value '${value}' cannot be longer than '${VALUE_LENGTH_MAX}' characters`);
    if (!allowed.test(value)) throw validationError(`Condition value '${value}' contains a character that is not valid`);
  }
  return values;
}

function checkSources(values: readonly string[]): readonly string[] {
  for (const value of values) if (parseBlock(value) === undefined) throw validationError(`Condition value '${value}' is not a valid CIDR block`);
  return values;
}

/** What may stand in header and query values: printable ASCII. */
const PRINTABLE = /^[\x20-\x7e]+$/;

function parseHeader({ HttpHeaderConfig: config }: Shape<RuleCondition>): Condition {
  const headerName = config?.HttpHeaderName ?? '';
  if (!/^[A-Za-z0-9*?!#$%&'+.^_`|~-]{1,40}$/.test(headerName)) throw validationError(`HTTP header name '${headerName}' is not valid`);
  if (/[*?]/.test(headerName)) throw validationError(`HTTP header name '${headerName}' cannot contain wildcards`);
  if (headerName.toLowerCase() === 'host') throw validationError("Use a 'host-header' condition for the Host header");
  if (!/^[A-Za-z0-9_-]+$/.test(headerName)) throw unsupportedFeature(`the HTTP header name '${headerName}' in conditions`);
  return { field: 'http-header', headerName, values: checkValues(valuesOf('http-header', undefined, config), PRINTABLE) };
}

function parseQuery({ QueryStringConfig: config }: Shape<RuleCondition>): Condition {
  const pairs = config?.Values ?? [];
  if (pairs.length === 0) throw validationError('A condition value must be specified');
  return {
    field: 'query-string',
    pairs: pairs.map(({ Key: key, Value: value = '' }) => {
      checkValues([value, ...(key === undefined || key === '' ? [] : [key])], PRINTABLE);
      return { value, ...(key === undefined || key === '' ? {} : { key }) };
    }),
  };
}

export function viewConditions(conditions: readonly Condition[]): RuleCondition[] {
  return conditions.map((condition): RuleCondition => {
    const { field: Field } = condition;
    if (condition.field === 'query-string') return { Field, QueryStringConfig: { Values: condition.pairs.map(({ key, value }) => ({ ...(key === undefined ? {} : { Key: key }), Value: value })) } };
    const Values = [...condition.values];
    if (condition.field === 'http-header') return { Field, HttpHeaderConfig: { HttpHeaderName: condition.headerName, Values } };
    if (condition.field === 'host-header') return { Field, Values, HostHeaderConfig: { Values } };
    if (condition.field === 'path-pattern') return { Field, Values, PathPatternConfig: { Values } };
    if (condition.field === 'source-ip') return { Field, SourceIpConfig: { Values } };
    return { Field, HttpRequestMethodConfig: { Values } };
  });
}
