// A ruleset as a script for `nft -f`, which takes it as one transaction: whole, or as the changes from the ruleset before. Pure.
import { HOOKS, type Match, type Rule, type Ruleset, type Verdict } from './ruleset.ts';

const EMPTY: Ruleset = { chains: new Map(), sets: new Map(), maps: new Map() };
/** nft reads long lines slowly. */
const ELEMENTS_PER_LINE = 500;

/** A bit of the packet's mark that nobody else is known to use: it came out of the tunnel. Rules for IP do not see by which port of the bridge. */
const TUNNELLED = '0x20000000';

export interface NftTarget {
  /** Two tables have this name: `ip` with the rules, `bridge` with what marks packets of the tunnel. */
  readonly table: string;
  readonly bridge: string;
  readonly tunnel: string;
}

/** Whole tables, in place of whatever is there under this name. */
export function renderTable(target: NftTarget, ruleset: Ruleset): string {
  const { table, tunnel } = target;
  const marking = [
    `add chain bridge ${table} prerouting { type filter hook prerouting priority -300 ; policy accept ; }`,
    `add rule bridge ${table} prerouting iifname "${tunnel}" meta mark set meta mark or ${TUNNELLED}`,
  ];
  return [...renderRemoval(table), `add table ip ${table}`, `add table bridge ${table}`, ...marking, renderChanges(target, EMPTY, ruleset)].join('\n');
}

/** Lines that take both tables away, also when they are not there. */
export function renderRemoval(table: string): string[] {
  return ['ip', 'bridge'].flatMap((family) => [`add table ${family} ${table}`, `delete table ${family} ${table}`]);
}

/** Empty when nothing changes. Names are made before they are used, and go when nothing uses them any more. */
export function renderChanges({ table, bridge }: NftTarget, before: Ruleset, after: Ruleset): string {
  const lines: string[] = [];
  const at = `ip ${table}`;
  const missing = <T>(from: ReadonlyMap<string, T>, to: ReadonlyMap<string, T>): string[] => [...to.keys()].filter((name) => !from.has(name));
  for (const name of missing(before.sets, after.sets)) lines.push(`add set ${at} ${name} { type ipv4_addr ; }`);
  for (const name of missing(before.chains, after.chains)) lines.push(`add chain ${at} ${name}${hookOf(name)}`);
  for (const name of missing(before.maps, after.maps)) lines.push(`add map ${at} ${name} { type ipv4_addr : verdict ; }`);
  for (const [name, rules] of after.chains) {
    const old = before.chains.get(name);
    if (old !== undefined && sameRules(old, rules)) continue;
    if (old !== undefined) lines.push(`flush chain ${at} ${name}`);
    for (const rule of rules) lines.push(`add rule ${at} ${name} ${renderRule(rule, bridge)}`);
  }
  for (const [name, elements] of after.sets) lines.push(...elementChanges(`${at} ${name}`, asMap(before.sets.get(name)), asMap(elements)));
  for (const [name, elements] of after.maps) lines.push(...elementChanges(`${at} ${name}`, before.maps.get(name) ?? new Map<string, string>(), elements));
  for (const name of missing(after.chains, before.chains)) lines.push(`flush chain ${at} ${name}`);
  for (const name of missing(after.chains, before.chains)) lines.push(`delete chain ${at} ${name}`);
  for (const name of missing(after.sets, before.sets)) lines.push(`delete set ${at} ${name}`);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function elementChanges(of: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const gone = [...before].filter(([key, chain]) => after.get(key) !== chain).map(([key]) => key);
  const come = [...after].filter(([key, chain]) => before.get(key) !== chain).map(([key, chain]) => (chain === '' ? key : `${key} : goto ${chain}`));
  return [...inLines(`delete element ${of}`, gone), ...inLines(`add element ${of}`, come)];
}

function inLines(command: string, elements: readonly string[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < elements.length; from += ELEMENTS_PER_LINE) lines.push(`${command} { ${elements.slice(from, from + ELEMENTS_PER_LINE).join(', ')} }`);
  return lines;
}

function asMap(set: ReadonlySet<string> | undefined): Map<string, string> {
  return new Map([...(set ?? [])].map((key) => [key, '']));
}

function sameRules(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a === b || (a.length === b.length && a.every((rule, index) => JSON.stringify(rule) === JSON.stringify(b[index])));
}

/** Before Docker's own rules: what is dropped here is not asked about there, and what passes still is. */
function hookOf(chain: string): string {
  return HOOKS.some((hook) => hook === chain) ? ` { type filter hook ${chain} priority filter - 10 ; policy accept ; }` : '';
}

function renderRule({ match, verdict }: Rule, bridge: string): string {
  return [...renderMatch(match, bridge), renderVerdict(verdict)].join(' ');
}

function renderMatch(match: Match, bridge: string): string[] {
  const words: string[] = [];
  if (match.incoming === true) words.push(`iifname "${bridge}"`);
  if (match.outgoing === true) words.push(`oifname "${bridge}"`);
  if (match.tunnelled === true) words.push(`meta mark & ${TUNNELLED} == ${TUNNELLED}`);
  if (match.established === true) words.push('ct state established,related');
  if (match.source !== undefined) words.push(`ip saddr ${match.source}`);
  if (match.destination !== undefined) words.push(`ip daddr ${match.destination}`);
  if (match.ports !== undefined) words.push(`${match.protocol ?? ''} dport ${match.ports.join('-')}`);
  else if (match.icmpType !== undefined) words.push(`icmp type ${match.icmpType}`);
  else if (match.protocol !== undefined) words.push(`meta l4proto ${match.protocol}`);
  if (match.icmpCode !== undefined) words.push(`icmp code ${match.icmpCode}`);
  return words;
}

function renderVerdict(verdict: Verdict): string {
  if (typeof verdict === 'string') return verdict;
  if ('jump' in verdict) return `jump ${verdict.jump}`;
  return verdict.goto === 'leaving' ? 'ip saddr vmap @leaving' : 'ip daddr vmap @entering';
}
