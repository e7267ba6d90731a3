// Conditions of a statement: operator, key and values, compiled; all of them must hold.
import { OPERATORS, type Comparison } from './operators.ts';
import type { ContextLookup } from './pattern.ts';

export type SetOperator = 'ForAllValues' | 'ForAnyValue' | undefined;

export interface Condition {
  readonly set: SetOperator;
  /** True when the operator says the opposite of its comparisons. */
  readonly negated: boolean;
  readonly ifExists: boolean;
  /** `Null`: asks whether the key is there; the expected absences. */
  readonly absent: readonly boolean[] | undefined;
  /** Lower case. */
  readonly key: string;
  readonly comparisons: readonly Comparison[];
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/i;

export type OperatorName = { readonly set: SetOperator; readonly name: string; readonly ifExists: boolean };

/** `ForAnyValue:StringLikeIfExists` taken apart; undefined when there is no such operator. */
export function parseOperator(source: string): OperatorName | undefined {
  const match = NAME.exec(source);
  const name = match?.[2]?.toLowerCase() ?? '';
  if (match === null || (name !== 'null' && !OPERATORS.has(name))) return undefined;
  if (name === 'null' && match[3] !== undefined) return undefined;
  const set = match[1] === undefined ? undefined : match[1].toLowerCase() === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
  return { set, name, ifExists: match[3] !== undefined };
}

/** A condition over one key. Values that are none of the operator's kind (a word for a number) match nothing. */
export function compileCondition(operator: OperatorName, key: string, values: readonly string[], variables: boolean): Condition {
  const { set, name, ifExists } = operator;
  const base = { set, ifExists, key: key.toLowerCase() };
  const known = OPERATORS.get(name);
  if (known === undefined) return { ...base, negated: false, absent: values.map((value) => value.toLowerCase() === 'true'), comparisons: [] };
  const comparisons = values.flatMap((value) => known.comparison(value, variables) ?? []);
  return { ...base, negated: known.negated, absent: undefined, comparisons };
}

/** Whether a request satisfies the condition. */
export function holds(condition: Condition, context: ContextLookup): boolean {
  const values = context(condition.key);
  const missing = values === undefined || values.length === 0;
  if (condition.absent !== undefined) return condition.absent.includes(missing);
  if (missing) return condition.ifExists || condition.set === 'ForAllValues' || (condition.negated && condition.set === undefined);
  const matchesOne = (value: string): boolean => condition.comparisons.some((comparison) => comparison.compare(value, context)) !== condition.negated;
  if (condition.set === 'ForAllValues') return values.every(matchesOne);
  if (condition.set === 'ForAnyValue') return values.some(matchesOne);
  return condition.negated ? values.every(matchesOne) : values.some(matchesOne);
}
