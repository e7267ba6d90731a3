// The comparisons of condition operators: one request value against one value of the policy, compiled once.
import { blockContains, parseIp, parseIpBlock } from './ip-address.ts';
import { compilePattern, matches, plainText, resolve, splitPattern, variablesOf, type ContextLookup, type Pattern, type PatternRules } from './pattern.ts';

/** Whether a request's value equals (is less than, lies in, …) one value of the policy. */
export interface Comparison {
  readonly compare: (value: string, context: ContextLookup) => boolean;
  /** Keys of variables in the policy's value. */
  readonly variables: readonly string[];
}

export interface Operator {
  /** The operator says the opposite of its comparison: StringNotEquals. */
  readonly negated: boolean;
  /** A value of the policy as a comparison; undefined when it is no value of this kind. */
  readonly comparison: (value: string, variables: boolean) => Comparison | undefined;
}

const RELATIONS: readonly (readonly [string, boolean, (a: number, b: number) => boolean])[] = [
  ['equals', false, (a, b) => a === b],
  ['notequals', true, (a, b) => a === b],
  ['lessthan', false, (a, b) => a < b],
  ['lessthanequals', false, (a, b) => a <= b],
  ['greaterthan', false, (a, b) => a > b],
  ['greaterthanequals', false, (a, b) => a >= b],
];

/** Operators by lower-case name, without `IfExists` and set prefixes; Null is not one of them. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['stringequals', { negated: false, comparison: text({}) }],
  ['stringnotequals', { negated: true, comparison: text({}) }],
  ['stringequalsignorecase', { negated: false, comparison: text({ ignoreCase: true }) }],
  ['stringnotequalsignorecase', { negated: true, comparison: text({ ignoreCase: true }) }],
  ['stringlike', { negated: false, comparison: text({ wildcards: true }) }],
  ['stringnotlike', { negated: true, comparison: text({ wildcards: true }) }],
  ...ordered('numeric', parseNumber),
  ...ordered('date', parseDate),
  ['bool', { negated: false, comparison: text({ ignoreCase: true }) }],
  ['binaryequals', { negated: false, comparison: text({}) }],
  ['ipaddress', { negated: false, comparison: ip }],
  ['notipaddress', { negated: true, comparison: ip }],
  ['arnequals', { negated: false, comparison: arnLike }],
  ['arnlike', { negated: false, comparison: arnLike }],
  ['arnnotequals', { negated: true, comparison: arnLike }],
  ['arnnotlike', { negated: true, comparison: arnLike }],
]);

function text(rules: { readonly ignoreCase?: boolean; readonly wildcards?: boolean }): Operator['comparison'] {
  return (value, variables) => {
    const all: PatternRules = { wildcards: rules.wildcards === true, variables, ignoreCase: rules.ignoreCase === true };
    const pattern = compilePattern(value, all);
    if (!all.ignoreCase) return withVariables(pattern, (given, context) => matches(pattern, given, context));
    return withVariables(pattern, (given, context) => matches(pattern, given.toLowerCase(), lowered(context)));
  };
}

function lowered(context: ContextLookup): ContextLookup {
  return (key) => context(key)?.map((value) => value.toLowerCase());
}

function withVariables(pattern: Pattern, compare: Comparison['compare']): Comparison {
  return { compare, variables: variablesOf(pattern) };
}

function ordered(kind: string, parse: (text: string) => number): (readonly [string, Operator])[] {
  return RELATIONS.map(([name, negated, holds]) => [`${kind}${name}`, { negated, comparison: (value, variables) => orderedValue(value, variables, parse, holds) }]);
}

function orderedValue(value: string, variables: boolean, parse: (text: string) => number, holds: (a: number, b: number) => boolean): Comparison | undefined {
  const pattern = compilePattern(value, { wildcards: false, variables });
  if (pattern.is === 'exact') {
    const bound = parse(value);
    // Not a number compares with nothing: the comparison is false.
    return Number.isNaN(bound) ? undefined : { variables: [], compare: (given) => holds(parse(given), bound) };
  }
  return withVariables(pattern, (given, context) => holds(parse(given), parse(plainText(pattern, context) ?? '')));
}

function parseNumber(value: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
}

/** ISO 8601 or seconds since 1970, as milliseconds. */
function parseDate(value: string): number {
  if (/^\d+$/.test(value) && value.length > 4) return Number(value) * 1000;
  return /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/.test(value) ? Date.parse(value) : Number.NaN;
}

function ip(value: string, variables: boolean): Comparison | undefined {
  const pattern = compilePattern(value, { wildcards: false, variables });
  if (pattern.is === 'exact') {
    const block = parseIpBlock(value);
    return block === undefined ? undefined : { variables: [], compare: (given) => inBlock(given, block) };
  }
  return withVariables(pattern, (given, context) => {
    const block = parseIpBlock(plainText(pattern, context) ?? '');
    return block !== undefined && inBlock(given, block);
  });
}

function inBlock(given: string, block: NonNullable<ReturnType<typeof parseIpBlock>>): boolean {
  const address = parseIp(given);
  return address !== undefined && blockContains(block, address);
}

const ARN_PARTS = 6;
const NO_CONTEXT: ContextLookup = () => undefined;

/** Each of the six parts of an ARN is compared by itself, wildcards included. */
function arnLike(value: string, variables: boolean): Comparison {
  const pattern = compilePattern(value, { wildcards: true, variables });
  const fixed = splitPattern(pattern, ARN_PARTS);
  return withVariables(pattern, (given, context) => {
    const resolved = fixed === undefined ? resolve(pattern, context) : undefined;
    const parts = fixed ?? (resolved === undefined ? undefined : splitPattern(resolved, ARN_PARTS));
    return parts !== undefined && matchArn(parts, given);
  });
}

function matchArn(parts: readonly Pattern[], given: string): boolean {
  // A lone star stands for any ARN.
  if (parts.length === 1) return matches(parts[0]!, given, NO_CONTEXT);
  const have = given.split(':');
  if (have.length < ARN_PARTS || parts.length !== ARN_PARTS) return false;
  const tail = have.slice(ARN_PARTS - 1).join(':');
  return parts.every((part, i) => matches(part, i === ARN_PARTS - 1 ? tail : have[i]!, NO_CONTEXT));
}
