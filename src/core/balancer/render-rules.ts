// The rules of one listener as HAProxy statements: look-ups in maps, tests, and the backend that follows.
//
// txn.m is the set of rules that match, txn.win<word> the lowest bit of it, txn.be the backend. A forward with several target groups
// has `w:<n>` (or `s:<n>` with stickiness) for a backend: from side n on, the dice of the listener's weights map decide.
import type { Action, Condition, Rule } from '#model/load-balancer.ts';
import type { ListenerInput, MapEntry } from './input.ts';
import { groupBackend, shortId } from './names.ts';
import { patternBody } from './pattern.ts';
import { indexRules, type Field, type FieldIndex, type Match, type RuleWord } from './rule-index.ts';
import { DICE_SIDES, weightRanges } from './weights.ts';

/** A redirect or fixed response: a backend of its own, so that a hundred of them cost a request nothing. */
export interface AnswerAction {
  readonly backend: string;
  readonly action: Exclude<Action, { type: 'forward' }>;
}

export interface RenderedRules {
  readonly lines: readonly string[];
  readonly maps: ReadonlyMap<string, readonly MapEntry[]>;
  readonly answers: readonly AnswerAction[];
}

const FETCH: Readonly<Record<Field, string>> = { host: 'req.hdr(host),host_only,lower', path: 'path', method: 'method', source: 'src' };
const LOOKUP: Readonly<Record<Match, string>> = { exact: 'map_str_int', prefix: 'map_beg_int', suffix: 'map_end_int', cidr: 'map_ip_int' };

/** Where requests without a target group to go to end: HAProxy answers 503 there. */
export const NOWHERE = 'nowhere';

export function renderRules({ listener, rules }: ListenerInput): RenderedRules {
  const id = shortId(listener.arn);
  const words = indexRules(rules);
  const maps = new Map<string, MapEntry[]>();
  const outcomes = openOutcomes(id);
  const lines: string[] = [];
  words.forEach((word, k) => {
    const guard = k === 0 ? '' : ' if !{ var(txn.be) -m found }';
    lines.push(...renderWord(word, `${id}-${k}`, maps, k));
    maps.set(`${id}-act${k}`, word.rules.map((rule, position) => [String(1n << BigInt(position)), outcomes.of(rule.arn, rule.actions)]));
    lines.push(`http-request set-var(txn.be) var(txn.win${k}),map_str(maps/${id}-act${k})${guard}`);
  });
  maps.set(`${id}-default`, [['0', outcomes.of(listener.arn, listener.defaultActions)]]);
  lines.push(`http-request set-var(txn.be) int(0),map_str(maps/${id}-default,${NOWHERE})${words.length === 0 ? '' : ' if !{ var(txn.be) -m found }'}`);
  lines.push(...outcomes.lines());
  for (const [name, entries] of outcomes.maps()) maps.set(name, entries);
  return { lines, maps, answers: outcomes.answers };
}

/** What a rule leads to, while the sides of the dice are given out. */
function openOutcomes(id: string): {
  of(arn: string, actions: readonly Action[]): string;
  lines(): string[];
  maps(): Map<string, MapEntry[]>;
  readonly answers: AnswerAction[];
} {
  const answers: AnswerAction[] = [];
  const weights: MapEntry[] = [];
  const sticky: MapEntry[] = [];
  const durations: MapEntry[] = [];
  const bases = new Set<number>();
  const weighted = (arn: string, action: Extract<Action, { type: 'forward' }>): string => {
    const ranges = weightRanges(action.targets);
    if (ranges.length === 0) return NOWHERE;
    const isSticky = action.stickinessSeconds !== undefined;
    if (action.targets.length === 1 && !isSticky) return groupBackend(ranges[0]!.targetGroupArn);
    const first = chooseBase(arn, bases);
    for (const range of ranges) {
      const backend = groupBackend(range.targetGroupArn);
      weights.push([`${first + range.from}:${first + range.to}`, backend]);
      if (isSticky) sticky.push([`${first}.${backend}`, backend]);
    }
    if (isSticky) durations.push([String(first), String(action.stickinessSeconds)]);
    return `${isSticky ? 's' : 'w'}:${first}`;
  };
  return {
    answers,
    of(arn, actions) {
      const action = [...actions].sort((a, b) => a.order - b.order).at(-1);
      if (action === undefined) return NOWHERE;
      if (action.type === 'forward') return weighted(arn, action);
      const backend = `act-${shortId(arn)}`;
      answers.push({ backend, action });
      return backend;
    },
    lines: () => [...(weights.length === 0 ? [] : diceLines(id)), ...(sticky.length === 0 ? [] : stickyLines(id))],
    maps: () => new Map([
      ...(weights.length === 0 ? [] : [[`${id}-weights`, weights] as const]),
      ...(sticky.length === 0 ? [] : [[`${id}-sticky`, sticky] as const, [`${id}-durations`, durations] as const]),
    ]),
  };
}

/** Where the dice of a rule begins: the same as long as the rule lives, so that its sides never mean another rule's for a moment. */
function chooseBase(arn: string, taken: Set<number>): number {
  let hash = 0;
  for (const char of arn) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  let base = ((hash % 100_000) + 1) * DICE_SIDES;
  while (taken.has(base)) base += DICE_SIDES;
  taken.add(base);
  return base;
}

function diceLines(id: string): string[] {
  const isDice = '{ var(txn.be) -m reg ^[ws]: }';
  return [
    `http-request set-var(txn.base) var(txn.be),field(2,:),add(0) if ${isDice}`,
    `http-request set-var(txn.kind) var(txn.be),field(1,:) if ${isDice}`,
    `http-request set-var(txn.be) rand(${DICE_SIDES}),add(txn.base),map_int(maps/${id}-weights,${NOWHERE}) if ${isDice}`,
  ];
}

/** AWSALBTG holds `<dice>.<backend>`: it counts only where that group is still forwarded to. */
function stickyLines(id: string): string[] {
  return [
    'http-request set-var(txn.stuck) req.cook(AWSALBTG),b64dec if { var(txn.kind) -m str s }',
    `http-request set-var(txn.be) var(txn.stuck),map_str(maps/${id}-sticky) if { var(txn.stuck),map_str(maps/${id}-sticky) -m found } { var(txn.stuck),field(1,.),sub(txn.base) -m int 0 }`,
    `http-request set-var(txn.stick) var(txn.base),map_str(maps/${id}-durations) if { var(txn.kind) -m str s }`,
    'http-request set-var-fmt(txn.stuck) %[var(txn.base)].%[var(txn.be)] if { var(txn.stick) -m found }',
    'http-after-response add-header Set-Cookie "AWSALBTG=%[var(txn.stuck),base64]; Max-Age=%[var(txn.stick)]; Path=/" if { var(txn.stick) -m found }',
  ];
}

function renderWord(word: RuleWord, name: string, maps: Map<string, MapEntry[]>, k: number): string[] {
  const guard = k > 0 ? ['!{ var(txn.be) -m found }'] : [];
  // One field and no tests: the map can hold the winner itself.
  const direct = word.fields.length === 1 && word.tests.length === 0;
  const variable = direct ? `txn.win${k}` : 'txn.m';
  const lines = word.fields.flatMap((field, at) => fieldLines(field, name, maps, direct, at === 0 ? undefined : 'txn.m', variable, guard));
  if (word.fields.length === 0) lines.push(statement(`http-request set-var(txn.m) int(${(1n << BigInt(word.rules.length)) - 1n})`, guard));
  for (const { bit, condition } of word.tests) {
    lines.push(statement(`http-request set-var(txn.m) var(txn.m),xor(${bit})`, [...guard, `{ var(txn.m),and(${bit}) -m int gt 0 }`, `!{ ${renderTest(condition)} }`]));
  }
  if (!direct) lines.push(statement(`http-request set-var(txn.win${k}) var(txn.m),neg,and(txn.m)`, guard));
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

/** The priority of each rule by what `txn.win<word>` holds, for access logs. */
export function priorityEntries(rules: readonly Rule[]): MapEntry[][] {
  return indexRules(rules).map((word) => word.rules.map((rule, position): MapEntry => [String(1n << BigInt(position)), String(rule.priority)]));
}
