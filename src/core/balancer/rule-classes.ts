// Rules as classes of requests: what a field's value does to the choice of a rule is a small number, the numbers of all fields are
// added up, and one map tells the rule from the sum. Two fields cost three look-ups, however many rules there are.
//
// It is a product: rules that bind many fields in many ways have too many sums. Those, and tests that no map can say, stay with
// the masks of rule-index.ts.
import type { Rule } from '#model/load-balancer.ts';
import { byPriority, indexWord, type Field, type FieldIndex, type Match } from './rule-index.ts';

/** More sums than this are not written down: a map of them is made anew with every change of rules. */
const MOST_SUMS = 6_000;

export interface ClassMap {
  readonly match: Match;
  /** Value → class; keys that are more specific come first. */
  readonly entries: readonly (readonly [key: string, group: number])[];
}

export interface ClassField {
  readonly field: Field;
  /** Tried in order; the first that knows the value decides. A value that none knows is of class 0. */
  readonly maps: readonly ClassMap[];
}

export interface RuleClasses {
  readonly fields: readonly ClassField[];
  /** Sum of the classes → position of the rule by priority, the first being 1. A sum that is not there means the default actions. */
  readonly sums: readonly (readonly [sum: number, position: number])[];
}

/** Undefined when the rules are not of the kind. */
export function classifyRules(rules: readonly Rule[], mostSums = MOST_SUMS): RuleClasses | undefined {
  const word = indexWord(byPriority(rules));
  if (word.tests.length > 0) return undefined;
  let stride = 1;
  const fields = word.fields.map((index) => {
    const classes = classesOf(index, stride);
    stride *= classes.masks.length;
    return classes;
  });
  const all = (1n << BigInt(rules.length)) - 1n;
  const sums = sumUp(fields, all, mostSums);
  return sums === undefined ? undefined : { fields: fields.map(({ field, maps }) => ({ field, maps })), sums };
}

interface Classes extends ClassField {
  /** The rules that each class leaves, by class; the first is that of unknown values. */
  readonly masks: readonly bigint[];
  readonly stride: number;
}

function classesOf({ field, otherwise, maps }: FieldIndex, stride: number): Classes {
  const masks = [...new Set([otherwise, ...maps.flatMap((map) => map.entries.map(([, mask]) => mask))])];
  const numbers = new Map(masks.map((mask, at) => [mask, at * stride]));
  return { field, masks, stride, maps: maps.map(({ match, entries }) => ({ match, entries: entries.map(([key, mask]) => [key, numbers.get(mask)!]) })) };
}

function sumUp(fields: readonly Classes[], all: bigint, mostSums: number): [number, number][] | undefined {
  let partial: [sum: number, mask: bigint][] = all === 0n ? [] : [[0, all]];
  for (const { masks, stride } of fields) {
    const next: [number, bigint][] = [];
    for (const [sum, mask] of partial) {
      masks.forEach((own, at) => {
        if ((mask & own) !== 0n) next.push([sum + at * stride, mask & own]);
      });
      if (next.length > mostSums) return undefined;
    }
    partial = next;
  }
  return partial.map(([sum, mask]) => [sum, positionOf(mask)]);
}

/** Of the lowest bit, which is the rule of the best priority. */
function positionOf(mask: bigint): number {
  return (mask & -mask).toString(2).length;
}
