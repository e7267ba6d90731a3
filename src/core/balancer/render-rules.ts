// The rules of one listener as HAProxy statements: look-ups in maps, tests, and the backend that follows.
//
// txn.o is the outcome: `<priority>/<backend>`, 0 being the default actions. By classes it takes few look-ups (rule-classes.ts). By
// masks txn.m is the set of rules that match, and txn.win the lowest bit of it.
import type { Condition, Rule } from '#model/load-balancer.ts';
import type { ListenerInput, MapEntry } from './input.ts';
import { shortId } from './names.ts';
import { patternBody } from './pattern.ts';
import { ABSENT, FETCH, LOOKUP, renderClasses } from './render-classes.ts';
import { NO_OUTCOME, openOutcomes, type AnswerAction, type Outcomes } from './render-outcomes.ts';
import { classifyRules } from './rule-classes.ts';
import { byPriority, indexRules, type FieldIndex, type RuleWord } from './rule-index.ts';

export interface RenderedRules {
  readonly lines: readonly string[];
  readonly maps: ReadonlyMap<string, readonly MapEntry[]>;
  readonly answers: readonly AnswerAction[];
  /** What the backend's name is, as a sample expression. */
  readonly backend: string;
}

/** No rule was met in the words before. */
const UNDECIDED = '!{ var(txn.o) -m found }';

/** Lines that leave the outcome in txn.o and, where there are dice, the backend in txn.be. */
export function renderRules({ listener, rules }: ListenerInput): RenderedRules {
  const id = shortId(listener.arn);
  const maps = new Map<string, MapEntry[]>();
  const outcomes = openOutcomes(id);
  const otherwise = outcomes.of(listener.arn, 0, listener.defaultActions);
  const classes = classifyRules(rules);
  const lines: string[] = [];
  if (classes !== undefined) {
    maps.set(`${id}-act0`, [['0', otherwise], ...byPriority(rules).map((rule, at): MapEntry => [String(at + 1), outcomes.of(rule.arn, rule.priority, rule.actions)])]);
    lines.push(...renderClasses(id, classes, maps));
  } else {
    maps.set(`${id}-default`, [['0', otherwise]]);
    lines.push(...renderWords(id, rules, maps, outcomes.of), `http-request set-var(txn.o) int(0),map_str(maps/${id}-default,${NO_OUTCOME}) if ${UNDECIDED}`);
  }
  lines.push(...outcomes.lines());
  for (const [name, entries] of outcomes.maps()) maps.set(name, entries);
  return { lines, maps, answers: outcomes.answers, backend: outcomes.backend() };
}

/** For rules that are too many-sided for classes: sets of rules as masks. */
function renderWords(id: string, rules: readonly Rule[], maps: Map<string, MapEntry[]>, outcomeOf: Outcomes['of']): string[] {
  return indexRules(rules).flatMap((word, k) => {
    maps.set(`${id}-act${k}`, word.rules.map((rule, position) => [String(1n << BigInt(position)), outcomeOf(rule.arn, rule.priority, rule.actions)]));
    const guard = k === 0 ? [] : [UNDECIDED];
    return [...renderWord(word, `${id}-${k}`, maps, guard), statement(`http-request set-var(txn.o) var(txn.win),map_str(maps/${id}-act${k})`, guard)];
  });
}

function renderWord(word: RuleWord, name: string, maps: Map<string, MapEntry[]>, guard: readonly string[]): string[] {
  // One field and no tests: the map can hold the winner itself.
  const direct = word.fields.length === 1 && word.tests.length === 0;
  const variable = direct ? 'txn.win' : 'txn.m';
  const lines = word.fields.flatMap((field, at) => fieldLines(field, name, maps, direct, at === 0 ? undefined : 'txn.m', variable, guard));
  if (word.fields.length === 0) lines.push(statement(`http-request set-var(txn.m) int(${(1n << BigInt(word.rules.length)) - 1n})`, guard));
  for (const { bit, condition } of word.tests) {
    lines.push(statement(`http-request set-var(txn.m) var(txn.m),xor(${bit})`, [...guard, `{ var(txn.m),and(${bit}) -m int gt 0 }`, `!{ ${renderTest(condition)} }`]));
  }
  if (!direct) lines.push(statement(`http-request set-var(txn.win) var(txn.m),neg,and(txn.m)`, guard));
  return lines;
}

function fieldLines(index: FieldIndex, name: string, maps: Map<string, MapEntry[]>, direct: boolean, and: string | undefined, variable: string, guard: readonly string[]): string[] {
  const value = (mask: bigint): string => String(direct ? mask & -mask : mask);
  const several = index.maps.length > 1;
  const target = several && and !== undefined ? 'txn.f' : variable;
  const suffix = and === undefined || several ? '' : `,and(${and})`;
  const lines = index.maps.map((map, at) => {
    const file = `${name}-${index.field}-${map.match}`;
    maps.set(file, map.entries.map(([key, mask]) => [key, value(mask)]));
    const missing = at === index.maps.length - 1 ? value(index.otherwise) : '0';
    const condition = at === 0 ? guard : [...guard, `{ var(${target}) -m int 0 }`];
    return statement(`http-request set-var(${target}) ${FETCH[index.field]},${LOOKUP[map.match]}(maps/${file},${missing})${suffix}`, condition);
  });
  const absent = ABSENT[index.field];
  if (absent !== undefined) lines.push(statement(`http-request set-var(${target}) int(${value(index.otherwise)})${suffix}`, [...guard, absent]));
  if (several && and !== undefined) lines.push(statement(`http-request set-var(${variable}) var(${target}),and(${and})`, guard));
  return lines;
}

function statement(text: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? text : `${text} if ${conditions.join(' ')}`;
}

/** A condition that no map can say. Quotes are safe: patterns are letters, digits and hex. */
function renderTest(condition: Condition): string {
  const regexes = (values: readonly string[], escapes = false): string => values.map((value) => `'^${patternBody(value, escapes)}$'`).join(' ');
  switch (condition.field) {
    case 'host-header':
      return `${FETCH.host} -m reg ${regexes(condition.values.map((value) => value.toLowerCase()))}`;
    case 'path-pattern':
      return `path -m reg ${regexes(condition.values)}`;
    case 'http-request-method':
      return `method -m str ${condition.values.join(' ')}`;
    case 'source-ip':
      return `src ${condition.values.filter((block) => !block.includes(':')).join(' ') || '255.255.255.255'}`;
    case 'http-header':
      return `req.fhdr(${condition.headerName}) -m reg -i ${regexes(condition.values, true)}`;
    case 'query-string':
      return `query -m reg -i ${condition.pairs.map((pair) => `'${queryExpression(pair)}'`).join(' ')}`;
  }
}

/** One `key=value` of a query; without a key, the value of any, or a part that has none. */
function queryExpression({ key, value }: { readonly key?: string; readonly value: string }): string {
  const part = (text: string): string => patternBody(text, true, '[^&]*', '[^&]');
  const name = key === undefined ? '([^&=]*=)?' : `${part(key)}=`;
  return `(^|&)${name}${part(value)}(&|$)`;
}
