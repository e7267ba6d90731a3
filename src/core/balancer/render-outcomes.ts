// What a rule leads to: an outcome `<priority>/<backend>`, which access logs and `use_backend` read.
//
// A forward with several target groups has `w:<n>` (or `s:<n>` with stickiness) for a backend: from side n on, the dice of the
// listener's weights map decide.
import type { Action } from '#model/load-balancer.ts';
import type { MapEntry } from './input.ts';
import { groupBackend, shortId } from './names.ts';
import { DICE_SIDES, weightRanges } from './weights.ts';

/** A redirect or fixed response: a backend of its own, so that a hundred of them cost a request nothing. */
export interface AnswerAction {
  readonly backend: string;
  readonly action: Exclude<Action, { type: 'forward' }>;
}

/** Where requests without a target group to go to end: HAProxy answers 503 there. */
export const NOWHERE = 'nowhere';

/** When even the default is not known. */
export const NO_OUTCOME = `0/${NOWHERE}`;

/** What a rule leads to, while the sides of the dice are given out. */
export interface Outcomes {
  of(arn: string, priority: number, actions: readonly Action[]): string;
  lines(): string[];
  maps(): Map<string, MapEntry[]>;
  /** Sample expression of the backend's name. */
  backend(): string;
  readonly answers: readonly AnswerAction[];
}

export function openOutcomes(id: string): Outcomes {
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
  const backendOf = (arn: string, actions: readonly Action[]): string => {
    const action = [...actions].sort((a, b) => a.order - b.order).at(-1);
    if (action === undefined) return NOWHERE;
    if (action.type === 'forward') return weighted(arn, action);
    const backend = `act-${shortId(arn)}`;
    answers.push({ backend, action });
    return backend;
  };
  return {
    answers,
    of: (arn, priority, actions) => `${priority}/${backendOf(arn, actions)}`,
    backend: () => (weights.length === 0 ? 'var(txn.o),field(2,/)' : 'var(txn.be)'),
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
    'http-request set-var(txn.be) var(txn.o),field(2,/)',
    `http-request set-var(txn.base) var(txn.be),field(2,:),add(0) if ${isDice}`,
    `http-request set-var(txn.kind) var(txn.be),field(1,:) if ${isDice}`,
    `http-request set-var(txn.be) rand(${DICE_SIDES}),add(txn.base),map_int(maps/${id}-weights,${NOWHERE}) if ${isDice}`,
  ];
}

/** AWSALBTG holds `<dice>.<backend>`: it counts only where that group is still forwarded to. */
function stickyLines(id: string): string[] {
  return [
    'http-request set-var(txn.stuck) req.cook(AWSALBTG),b64dec if { var(txn.kind) -m str s }',
    'http-request set-var(txn.stuck) req.cook(AWSALBTGCORS),b64dec if { var(txn.kind) -m str s } !{ var(txn.stuck) -m found }',
    `http-request set-var(txn.be) var(txn.stuck),map_str(maps/${id}-sticky) if { var(txn.stuck),map_str(maps/${id}-sticky) -m found } { var(txn.stuck),field(1,.),sub(txn.base) -m int 0 }`,
    `http-request set-var(txn.stick) var(txn.base),map_str(maps/${id}-durations) if { var(txn.kind) -m str s }`,
    'http-request set-var-fmt(txn.stuck) %[var(txn.base)].%[var(txn.be)] if { var(txn.stick) -m found }',
    'http-after-response add-header Set-Cookie "AWSALBTG=%[var(txn.stuck),base64]; Max-Age=%[var(txn.stick)]; Path=/" if { var(txn.stick) -m found }',
    'http-after-response add-header Set-Cookie "AWSALBTGCORS=%[var(txn.stuck),base64]; Max-Age=%[var(txn.stick)]; Path=/; SameSite=None; Secure" if { var(txn.stick) -m found }',
  ];
}

