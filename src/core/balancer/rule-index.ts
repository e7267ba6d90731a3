// Rules as look-ups: for each field of a request (host, path, method, source) a map from its value to the set of rules that it
// satisfies, as a bit mask. The and of the masks are the rules that match; the lowest bit is the one of the best priority.
// Only what no map can say (a wildcard in the middle, headers, queries) is a test of its own. rule-classes.ts makes fewer look-ups of it where it can.
import type { Condition, Rule } from '#model/load-balancer.ts';
import { cidrContains } from './cidr.ts';
import { parsePattern } from './pattern.ts';

/** Bits of a HAProxy integer that stay clear of its sign. */
export const RULES_PER_WORD = 62;

export type Field = 'host' | 'path' | 'method' | 'source';
export type Match = 'exact' | 'prefix' | 'suffix' | 'cidr';

export interface FieldMap {
  readonly match: Match;
  /** Key → mask; keys that are more specific come first. */
  readonly entries: readonly (readonly [key: string, mask: bigint])[];
}

export interface FieldIndex {
  readonly field: Field;
  /** Rules that ask nothing of this field: the mask of a value that no map holds. */
  readonly otherwise: bigint;
  /** Tried in order; the first that knows the value decides. */
  readonly maps: readonly FieldMap[];
}

export interface RuleTest {
  readonly bit: bigint;
  readonly condition: Condition;
}

export interface RuleWord {
  readonly rules: readonly Rule[];
  readonly fields: readonly FieldIndex[];
  readonly tests: readonly RuleTest[];
}

/** Clients come over IPv4; HAProxy would take them for members of `::/0`. */
const NOBODY = '255.255.255.255/32';

interface Entry {
  readonly match: Match;
  readonly key: string;
  readonly bit: bigint;
}

const FIELDS: Readonly<Record<Field, { readonly of: Condition['field']; readonly matches: readonly Match[] }>> = {
  host: { of: 'host-header', matches: ['exact', 'suffix'] },
  path: { of: 'path-pattern', matches: ['exact', 'prefix'] },
  method: { of: 'http-request-method', matches: ['exact'] },
  source: { of: 'source-ip', matches: ['cidr'] },
};

export function byPriority(rules: readonly Rule[]): Rule[] {
  return [...rules].sort((a, b) => a.priority - b.priority);
}

/** The rules by priority, in words of as many as one mask holds. */
export function indexRules(rules: readonly Rule[]): RuleWord[] {
  const sorted = byPriority(rules);
  const words: RuleWord[] = [];
  for (let first = 0; first < sorted.length; first += RULES_PER_WORD) words.push(indexWord(sorted.slice(first, first + RULES_PER_WORD)));
  return words;
}

/** @param rules by priority; more than RULES_PER_WORD only where HAProxy does not see the masks */
export function indexWord(rules: readonly Rule[]): RuleWord {
  const tests: RuleTest[] = [];
  const entries: Record<Field, Entry[]> = { host: [], path: [], method: [], source: [] };
  const bound: Record<Field, bigint> = { host: 0n, path: 0n, method: 0n, source: 0n };
  rules.forEach((rule, position) => {
    const bit = 1n << BigInt(position);
    for (const condition of rule.conditions) {
      const field = fieldOf(condition);
      const found = field === undefined || (bound[field] & bit) !== 0n ? undefined : entriesOf(condition, field, bit);
      if (found === 'always') continue;
      if (field === undefined || found === undefined) tests.push({ bit, condition });
      else {
        entries[field].push(...found);
        bound[field] |= bit;
      }
    }
  });
  const all = (1n << BigInt(rules.length)) - 1n;
  const used = (Object.keys(FIELDS) as Field[]).filter((field) => entries[field].length > 0);
  // With tests alone there is nothing to look up: everything is a candidate until a test says no.
  return { rules, tests, fields: used.map((field) => indexField(field, entries[field], all & ~bound[field])) };
}

function fieldOf(condition: Condition): Field | undefined {
  return (Object.keys(FIELDS) as Field[]).find((field) => FIELDS[field].of === condition.field);
}

/** Undefined when a value needs more than a map; 'always' when any value will do. */
function entriesOf(condition: Condition, field: Field, bit: bigint): Entry[] | 'always' | undefined {
  if (!('values' in condition) || condition.field === 'http-header') return undefined;
  if (field === 'source') return condition.values.map((key) => ({ match: 'cidr', key: key.includes(':') ? NOBODY : key, bit }));
  if (field === 'method') return condition.values.map((key) => ({ match: 'exact', key, bit }));
  const entries: Entry[] = [];
  for (const value of condition.values) {
    const pattern = parsePattern(field === 'host' ? value.toLowerCase() : value);
    if (pattern.kind === 'any') return 'always';
    if (pattern.kind === 'regex' || !FIELDS[field].matches.includes(pattern.kind)) return undefined;
    entries.push({ match: pattern.kind, key: pattern.text, bit });
  }
  return entries;
}

function indexField(field: Field, entries: readonly Entry[], otherwise: bigint): FieldIndex {
  const maps = FIELDS[field].matches.flatMap((match) => {
    const keys = [...new Set(entries.filter((entry) => entry.match === match).map((entry) => entry.key))];
    if (keys.length === 0) return [];
    keys.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    return [{ match, entries: keys.map((key) => [key, otherwise | maskOf(match, key, entries)] as const) }];
  });
  return { field, otherwise, maps };
}

/** A more specific key stands for all that are less so: the longest match must know every rule that matches. */
function maskOf(match: Match, key: string, entries: readonly Entry[]): bigint {
  return entries.reduce((mask, entry) => (covers(entry, match, key) ? mask | entry.bit : mask), 0n);
}

function covers(entry: Entry, match: Match, key: string): boolean {
  if (entry.match === 'exact') return match === 'exact' && key === entry.key;
  if (entry.match === 'prefix') return key.startsWith(entry.key);
  if (entry.match === 'suffix') return key.endsWith(entry.key);
  return cidrContains(entry.key, key);
}
