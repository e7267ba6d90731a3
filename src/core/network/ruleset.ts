// Security groups of a VPC as one host applies them: chains, maps and sets in nftables' own terms, as data. Pure.
// What AWS says and this follows: rules only allow; what no rule allows is dropped without an answer; rules are stateful, so answers
// to what was let through are let through; a rule that names a group means the addresses of the group's members.
//
// A packet between two containers of one bridge passes the forward hook, because the bridge hands IP to it (br_netfilter, which Docker
// needs, too); so does one from or to the tunnel. Each end is judged on its own host: leaving where the sender is, entering where
// the receiver is.
import type { NetworkRule } from '#link/messages.ts';
import { hostsOf, interfacesOf, type GroupEntry, type InterfaceEntry, type VpcState } from './vpc-state.ts';

/** What a rule asks of a packet; all of it must hold. */
export interface Match {
  readonly incoming?: boolean;
  readonly outgoing?: boolean;
  readonly established?: boolean;
  /** Came out of the tunnel: from another host, not from a container here. */
  readonly tunnelled?: boolean;
  readonly source?: string;
  readonly destination?: string;
  /** `tcp`, `udp`, `icmp` or a number as text. */
  readonly protocol?: string;
  /** Both ends included. */
  readonly ports?: readonly [number, number];
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

export type Verdict = 'accept' | 'drop' | 'return' | { readonly jump: string } | { readonly goto: 'leaving' | 'entering' };

/** `incoming`, `outgoing`: through the VPC's bridge. A source or destination is a block, or `@` and the name of a set. `goto` looks the address up in that map. */
export interface Rule {
  readonly match: Match;
  readonly verdict: Verdict;
}

export interface Ruleset {
  readonly chains: ReadonlyMap<string, readonly Rule[]>;
  /** Addresses. */
  readonly sets: ReadonlyMap<string, ReadonlySet<string>>;
  /** Address → chain. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Chains that the kernel calls, by hook. */
export const HOOKS = ['forward', 'input', 'output'] as const;
/** Metadata and credentials, which AWS filters neither. */
export const METADATA_ADDRESS = '169.254.170.2';

/**
 * @param host underlay address of the host this is for
 * @param resolvers name servers that containers here ask
 */
export function planRuleset(state: VpcState, host: string, resolvers: readonly string[] = []): Ruleset {
  const all = interfacesOf(state);
  const groups = new Map([...state.entries.values()].flatMap((entry) => (entry.kind === 'group' ? [[entry.id, entry] as const] : [])));
  const chains = new Map<string, readonly Rule[]>(FRAME);
  const maps = { leaving: new Map<string, string>(), entering: new Map<string, string>() };
  const named = new Set<string>();
  for (const entry of all) {
    if (entry.host !== host) continue;
    for (const [map, direction] of [['leaving', 'egress'], ['entering', 'ingress']] as const) {
      const name = chainName(direction, entry.groupIds);
      maps[map].set(entry.address, name);
      if (chains.has(name)) continue;
      const rules = renderGroups(direction, entry.groupIds, groups);
      chains.set(name, rules.list);
      for (const id of rules.named) named.add(id);
    }
  }
  return { chains, maps: new Map(Object.entries(maps)), sets: planSets(state, all, named, host).set('resolvers', new Set(resolvers)) };
}

function planSets(state: VpcState, all: readonly InterfaceEntry[], named: ReadonlySet<string>, host: string): Map<string, Set<string>> {
  const sets = new Map<string, Set<string>>([...named].sort().map((id) => [memberSet(id), new Set<string>()]));
  const balancers = new Set<string>();
  const elsewhere = new Set<string>();
  for (const entry of all) {
    for (const id of entry.groupIds) sets.get(memberSet(id))?.add(entry.address);
    if (entry.host !== host) elsewhere.add(entry.address);
    else if (entry.balancer === true) balancers.add(entry.address);
  }
  const hosts = new Set<string>();
  for (const { host: at, address } of hostsOf(state)) if (address !== undefined && at !== host) hosts.add(address);
  return sets.set('balancers', balancers).set('elsewhere', elsewhere).set('hosts', hosts);
}

const DNS_PORTS = [53, 53] as const;
const established: Rule = { match: { established: true }, verdict: 'accept' };

/** What is the same for every VPC and host. */
const FRAME: readonly (readonly [string, readonly Rule[]])[] = [
  ['forward', [
    { match: { incoming: true, outgoing: true }, verdict: { jump: 'within' } },
    { match: { incoming: true }, verdict: { jump: 'out' } },
    { match: { outgoing: true }, verdict: { jump: 'in' } },
  ]],
  ['input', [{ match: { incoming: true }, verdict: { jump: 'to_host' } }]],
  // The host itself may reach every task, as its operator does; its load balancers only what their groups allow.
  ['output', [{ match: { outgoing: true, source: '@balancers' }, verdict: { jump: 'within' } }]],
  ['within', [established, { match: {}, verdict: { jump: 'leave' } }, { match: {}, verdict: { jump: 'enter' } }]],
  ['out', [established, { match: {}, verdict: { jump: 'leave' } }]],
  ['in', [established, { match: {}, verdict: { jump: 'enter' } }]],
  ['to_host', [
    established,
    { match: { destination: METADATA_ADDRESS }, verdict: 'accept' },
    { match: {}, verdict: { jump: 'leave' } },
    { match: { destination: '@balancers' }, verdict: { jump: 'enter' } },
  ]],
  // Names are looked up whatever the groups say, as with AWS's own resolver.
  // A sender that is nobody here and nowhere else does not exist: it made its address up.
  ['leave', [
    { match: { destination: '@resolvers', protocol: 'udp', ports: DNS_PORTS }, verdict: 'return' },
    { match: { destination: '@resolvers', protocol: 'tcp', ports: DNS_PORTS }, verdict: 'return' },
    { match: {}, verdict: { goto: 'leaving' } },
    { match: { tunnelled: true, source: '@elsewhere' }, verdict: 'return' },
    { match: { tunnelled: true, source: '@hosts' }, verdict: 'return' },
    { match: {}, verdict: 'drop' },
  ]],
  ['enter', [
    { match: { tunnelled: true, source: '@hosts' }, verdict: 'return' },
    { match: {}, verdict: { goto: 'entering' } },
    { match: { destination: '@elsewhere' }, verdict: 'return' },
    { match: { destination: '@hosts' }, verdict: 'return' },
    { match: {}, verdict: 'drop' },
  ]],
];

function renderGroups(direction: NetworkRule['direction'], groupIds: readonly string[], groups: ReadonlyMap<string, GroupEntry>): { list: Rule[]; named: string[] } {
  const list: Rule[] = [];
  const named: string[] = [];
  for (const id of [...groupIds].sort()) {
    for (const rule of groups.get(id)?.rules ?? []) {
      if (rule.direction !== direction) continue;
      list.push({ match: renderMatch(rule), verdict: 'return' });
      if (rule.groupId !== undefined) named.push(rule.groupId);
    }
  }
  return { list: [...list, { match: {}, verdict: 'drop' }], named };
}

function renderMatch(rule: NetworkRule): Match {
  const peer = rule.groupId === undefined ? rule.cidr : `@${memberSet(rule.groupId)}`;
  const end = rule.direction === 'ingress' ? 'source' : 'destination';
  return { ...(peer !== undefined && peer !== '0.0.0.0/0' && { [end]: peer }), ...renderProtocol(rule) };
}

function renderProtocol({ protocol, fromPort, toPort }: NetworkRule): Match {
  const [from = -1, to = -1] = [fromPort, toPort];
  if (protocol === '-1') return {};
  if (protocol === 'icmp') return { protocol, ...(from >= 0 && { icmpType: from }), ...(from >= 0 && to >= 0 && { icmpCode: to }) };
  const all = from < 0 || (from === 0 && to === 65_535);
  return protocol === 'tcp' || protocol === 'udp' ? { protocol, ...(!all && { ports: [from, to] as const }) } : { protocol };
}

export function memberSet(groupId: string): string {
  return `of_${groupId}`;
}

/** One chain for every combination of groups that some interface here has. */
function chainName(direction: NetworkRule['direction'], groupIds: readonly string[]): string {
  return [direction, ...[...groupIds].sort()].join('.');
}
