// The grammar of the cluster query language: comparisons joined by and, or, not and parentheses.
// Source: Amazon ECS Developer Guide, "Create expressions to define container instances for Amazon ECS tasks".
import { Scanner } from './scanner.ts';

export type Operator = '==' | '!=' | '>' | '>=' | '<' | '<=' | 'exists' | '!exists' | 'in' | '!in' | '=~' | '!~';

export interface Comparison {
  readonly kind: 'comparison';
  /** `agentConnected`, `task:group`… or `attribute:<name>` */
  readonly subject: string;
  readonly operator: Operator;
  /** One value; several after in and !in, none after exists and !exists. */
  readonly values: readonly string[];
  readonly at: number;
}

export type Query = Comparison | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[] } | { readonly kind: 'not'; readonly part: Query };

/** Every way to write an operator; what begins another one comes after it. */
const SPELLINGS: Readonly<Record<string, Operator>> = {
  '==': '==', equals: '==', '!=': '!=', not_equals: '!=', '>=': '>=', greater_than_equal: '>=', '<=': '<=', less_than_equal: '<=',
  '=~': '=~', matches: '=~', '!~': '!~', not_matches: '!~', '>': '>', greater_than: '>', '<': '<', less_than: '<',
  exists: 'exists', '!exists': '!exists', not_exists: '!exists', in: 'in', '!in': '!in', not_in: '!in',
};

/** Deeper than anybody writes, and far from the end of the stack. */
const MAX_DEPTH = 100;

/** @throws QueryError */
export function parseQuery(expression: string): Query {
  const scanner = new Scanner(expression);
  const query = either(scanner, 0);
  if (!scanner.ended) throw scanner.error("'and', 'or' or the end is expected");
  return query;
}

function either(scanner: Scanner, depth: number): Query {
  return joined(scanner, 'or', '||', () => joined(scanner, 'and', '&&', () => single(scanner, depth)));
}

function joined(scanner: Scanner, kind: 'and' | 'or', sign: string, next: () => Query): Query {
  const parts = [next()];
  while (scanner.take(kind, sign) !== undefined) parts.push(next());
  return parts.length === 1 ? (parts[0] as Query) : { kind, parts };
}

function single(scanner: Scanner, depth: number): Query {
  if (depth > MAX_DEPTH) throw scanner.error('the expression is nested too deeply');
  if (scanner.take('not', '!') !== undefined) return { kind: 'not', part: single(scanner, depth + 1) };
  if (scanner.take('(') === undefined) return comparison(scanner);
  const inner = either(scanner, depth + 1);
  if (scanner.take(')') === undefined) throw scanner.error("')' is expected");
  return inner;
}

function comparison(scanner: Scanner): Comparison {
  const at = scanner.at;
  const subject = scanner.word('a subject');
  const spelling = scanner.take(...Object.keys(SPELLINGS));
  if (spelling === undefined) throw scanner.error('an operator is expected');
  const operator = SPELLINGS[spelling] as Operator;
  return { kind: 'comparison', subject, operator, values: valuesOf(scanner, operator), at };
}

function valuesOf(scanner: Scanner, operator: Operator): readonly string[] {
  if (operator === 'exists' || operator === '!exists') return [];
  if (operator === '=~' || operator === '!~') return [scanner.pattern()];
  if (operator !== 'in' && operator !== '!in') return [scanner.word('a value')];
  if (scanner.take('[') === undefined) throw scanner.error("'[' is expected");
  const values = [scanner.word('a value')];
  while (scanner.take(',') !== undefined) values.push(scanner.word('a value'));
  if (scanner.take(']') === undefined) throw scanner.error("']' is expected");
  return values;
}
