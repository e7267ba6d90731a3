// Rulesets as the kernel would walk them, against a plain reading of the groups' rules; and changes against whole tables.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { NetworkEntry, NetworkRule } from '#link/messages.ts';
import { parseCidr, parseIpv4 } from './cidr.ts';
import { renderChanges, renderTable } from './render-nft.ts';
import { METADATA_ADDRESS, planRuleset, type Match, type Ruleset } from './ruleset.ts';
import type { InterfaceEntry, VpcState } from './vpc-state.ts';

interface Packet {
  readonly hook: 'forward' | 'input' | 'output';
  readonly incoming: boolean;
  readonly outgoing: boolean;
  readonly established: boolean;
  readonly tunnelled: boolean;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  /** Destination port, or type of ICMP. */
  readonly port: number;
  readonly code: number;
}

const HOSTS = ['10.0.0.1', '10.0.0.2'];
const HERE = HOSTS[0]!;
const GROUPS = ['sg-a', 'sg-b', 'sg-c'];

const rule: fc.Arbitrary<NetworkRule> = fc.record({
  direction: fc.constantFrom('ingress' as const, 'egress' as const),
  protocol: fc.constantFrom('-1', 'tcp', 'udp', 'icmp', '50'),
  fromPort: fc.constantFrom(-1, 0, 80, 8),
  toPort: fc.constantFrom(-1, 0, 80, 90, 65_535),
  peer: fc.constantFrom({ cidr: '0.0.0.0/0' }, { cidr: '172.31.0.0/30' }, { cidr: '10.0.0.0/8' }, { groupId: 'sg-a' }, { groupId: 'sg-b' }),
}).map(({ peer, ...rest }) => ({ ...rest, ...peer }));

const state: fc.Arbitrary<VpcState> = fc.record({
  rules: fc.tuple(...GROUPS.map(() => fc.array(rule, { maxLength: 4 }))),
  members: fc.array(fc.record({ host: fc.constantFrom(...HOSTS), groupIds: fc.uniqueArray(fc.constantFrom(...GROUPS), { minLength: 1 }), balancer: fc.boolean() }), { minLength: 2, maxLength: 6 }),
}).map(({ rules, members }) => {
  const entries: NetworkEntry[] = [
    ...GROUPS.map((id, index) => ({ kind: 'group' as const, id, rules: rules[index]! })),
    ...members.map((member, index) => ({ kind: 'interface' as const, id: `eni-${index}`, address: `172.31.0.${index + 2}`, macAddress: `02:00:00:00:00:0${index}`, ...member })),
    ...HOSTS.map((host, index) => ({ kind: 'host' as const, id: `host|${host}`, host, address: `172.31.0.20${index}` })),
  ];
  return { vpcId: 'vpc-1', cidrBlock: '172.31.0.0/16', vni: 1, version: 1, entries: new Map(entries.map((entry) => [entry.id, entry])) };
});

const packet = fc.record({
  source: fc.constantFrom('172.31.0.2', '172.31.0.3', '172.31.0.4', '172.31.0.5', '172.31.0.77', '172.31.0.200', '172.31.0.201', '10.9.9.9'),
  destination: fc.constantFrom('172.31.0.2', '172.31.0.3', '172.31.0.4', '172.31.0.5', '172.31.0.1', '8.8.8.8', METADATA_ADDRESS),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp', '50'),
  port: fc.constantFrom(0, 8, 80, 85, 443),
  code: fc.constantFrom(0, 80),
  established: fc.boolean(),
  tunnelled: fc.boolean(),
});

/** As nftables walks chains: the verdict of the base chain. */
function walk(ruleset: Ruleset, packet: Packet): boolean {
  const run = (name: string, depth: number): 'accept' | 'drop' | 'return' => {
    assert.ok(depth < 10);
    for (const { match, verdict } of ruleset.chains.get(name) ?? assert.fail(`no chain ${name}`)) {
      if (!matches(ruleset, match, packet)) continue;
      if (typeof verdict === 'string') return verdict;
      if ('jump' in verdict) {
        const inner = run(verdict.jump, depth + 1);
        if (inner !== 'return') return inner;
      } else {
        const chain = ruleset.maps.get(verdict.goto)?.get(verdict.goto === 'leaving' ? packet.source : packet.destination);
        if (chain !== undefined) return run(chain, depth + 1);
      }
    }
    return 'return';
  };
  return run(packet.hook, 0) !== 'drop';
}

function matches(ruleset: Ruleset, match: Match, p: Packet): boolean {
  const within = (want: string | undefined, address: string): boolean => want === undefined || (want.startsWith('@') ? ruleset.sets.get(want.slice(1))?.has(address) === true : inBlock(want.includes('/') ? want : `${want}/32`, address));
  return (
    (match.incoming !== true || p.incoming) && (match.outgoing !== true || p.outgoing) && (match.established !== true || p.established) && (match.tunnelled !== true || p.tunnelled) &&
    within(match.source, p.source) && within(match.destination, p.destination) &&
    (match.protocol === undefined || match.protocol === p.protocol) &&
    (match.ports === undefined || (p.port >= match.ports[0] && p.port <= match.ports[1])) &&
    (match.icmpType === undefined || match.icmpType === p.port) && (match.icmpCode === undefined || match.icmpCode === p.code)
  );
}

function inBlock(cidr: string, address: string): boolean {
  const block = parseCidr(cidr)!;
  const at = parseIpv4(address)!;
  return at >= block.base && at < block.base + block.size;
}

/** AWS's words, plainly: some rule of some group of the interface allows the packet. */
function allows(vpc: VpcState, of: InterfaceEntry, direction: 'ingress' | 'egress', p: Packet): boolean {
  const peer = direction === 'ingress' ? p.source : p.destination;
  return of.groupIds.some((id) => {
    const group = vpc.entries.get(id);
    return group?.kind === 'group' && group.rules.some((r) => {
      if (r.direction !== direction) return false;
      const { fromPort: from = -1, toPort: to = -1 } = r;
      const peerOk = r.cidr !== undefined ? inBlock(r.cidr, peer) : at(vpc, peer)?.groupIds.includes(r.groupId!) === true;
      const portsOk = r.protocol === 'icmp' ? (from < 0 || from === p.port) && (from < 0 || to < 0 || to === p.code) : !['tcp', 'udp'].includes(r.protocol) || from < 0 || (p.port >= from && p.port <= to);
      return peerOk && (r.protocol === '-1' || (r.protocol === p.protocol && portsOk));
    });
  });
}

function at(vpc: VpcState, address: string): InterfaceEntry | undefined {
  return [...vpc.entries.values()].find((entry): entry is InterfaceEntry => entry.kind === 'interface' && entry.address === address);
}

test('names are looked up at the resolvers of the host, whatever the groups say, and nowhere else', () => {
  fc.assert(fc.property(state, fc.constantFrom('tcp', 'udp'), (vpc, protocol) => {
    const member = [...vpc.entries.values()].find((entry) => entry.kind === 'interface' && entry.host === HERE);
    fc.pre(member?.kind === 'interface');
    const ask: Packet = { hook: 'forward', incoming: true, outgoing: false, established: false, tunnelled: false, source: member.address, destination: '9.9.9.9', protocol, port: 53, code: 0 };
    assert.equal(walk(planRuleset(vpc, HERE, ['9.9.9.9']), ask), true);
    const p = { ...ask, port: 80 };
    assert.equal(walk(planRuleset(vpc, HERE, ['9.9.9.9']), p), allows(vpc, member, 'egress', p));
    assert.equal(walk(planRuleset(vpc, HERE), ask), allows(vpc, member, 'egress', ask));
  }));
});

const isHost = (p: Packet): boolean => p.tunnelled && p.source === '172.31.0.201';

/** Whether a packet may come from where it says it does: from here as the groups allow, from other hosts only through the tunnel. */
function comes(vpc: VpcState, from: InterfaceEntry | undefined, p: Packet): boolean {
  if (from === undefined) return isHost(p);
  return from.host === HERE ? allows(vpc, from, 'egress', p) : p.tunnelled;
}

test('what passes between interfaces is what both ends allow, each judged on its own host', () => {
  fc.assert(fc.property(state, packet, (vpc, seen) => {
    const p: Packet = { ...seen, hook: 'forward', incoming: true, outgoing: true };
    const from = at(vpc, p.source);
    const to = at(vpc, p.destination);
    const leaves = comes(vpc, from, p);
    const enters = isHost(p) || (to !== undefined && (to.host !== HERE || allows(vpc, to, 'ingress', p)));
    assert.equal(walk(planRuleset(vpc, HERE), p), p.established || (leaves && enters));
  }), { numRuns: 2000 });
});

test('what leaves the VPC asks the egress rules, what comes in from elsewhere the ingress rules', () => {
  fc.assert(fc.property(state, packet, (vpc, seen) => {
    const from = at(vpc, seen.source);
    const to = at(vpc, seen.destination);
    const out: Packet = { ...seen, hook: 'forward', incoming: true, outgoing: false };
    const known = comes(vpc, from, out);
    assert.equal(walk(planRuleset(vpc, HERE), out), out.established || known);
    const into: Packet = { ...seen, hook: 'forward', incoming: false, outgoing: true };
    const enters = isHost(into) || (to !== undefined && (to.host !== HERE || allows(vpc, to, 'ingress', into)));
    assert.equal(walk(planRuleset(vpc, HERE), into), into.established || enters);
  }), { numRuns: 2000 });
});

test('metadata is always reached; the host itself by egress rules; its load balancers by both ends; the host reaches every task', () => {
  fc.assert(fc.property(state, packet, (vpc, seen) => {
    const from = at(vpc, seen.source);
    const to = at(vpc, seen.destination);
    const ruleset = planRuleset(vpc, HERE);
    const p: Packet = { ...seen, hook: 'input', incoming: true, outgoing: false };
    const leaves = comes(vpc, from, p);
    const balancer = to?.balancer === true && to.host === HERE;
    const enters = !balancer || isHost(p) || allows(vpc, to, 'ingress', p);
    assert.equal(walk(ruleset, p), p.established || p.destination === METADATA_ADDRESS || (leaves && enters));
    const own: Packet = { ...seen, source: '172.31.0.200', hook: 'output', incoming: false, outgoing: true };
    assert.equal(walk(ruleset, own), true);
  }), { numRuns: 2000 });
});

test('changes lead where the whole table leads, and no change is no script', () => {
  const target = { table: 'ls-1', bridge: 'ls-1', tunnel: 'lx-1' };
  fc.assert(fc.property(state, state, (a, b) => {
    const before = planRuleset(a, HERE);
    const after = planRuleset(b, HERE);
    assert.equal(renderChanges(target, after, planRuleset(b, HERE)), '');
    assert.deepEqual(replay(renderTable(target, before) + renderChanges(target, before, after)), replay(renderTable(target, after)));
  }));
});

/** What a script leaves, by a reader that refuses what nft would refuse: names unknown, made twice, or deleted while they are used. */
function replay(script: string): unknown {
  const sets = new Map<string, Set<string>>();
  const maps = new Map<string, Map<string, string>>();
  const chains = new Map<string, string[]>();
  const used = (name: string): boolean => [...chains.values()].flat().some((r) => r.split(' ').some((word) => word === name || word === `@${name}`)) || [...maps.values()].some((m) => [...m.values()].includes(name));
  for (const line of script.trim().split('\n')) {
    if (/^\w+ \w+ bridge ls-1/.test(line)) continue;
    const [, verb, kind, name = '', rest = ''] = /^(\w+) (\w+) ip ls-1 ?(\S*) ?(.*)$/.exec(line) ?? assert.fail(line);
    const elements = rest.replace(/^\{ | \}$/g, '').split(', ').map((e) => e.split(' : goto '));
    const where: Map<string, unknown> | undefined = { set: sets, map: maps, chain: chains }[kind!];
    if (kind === 'table') [sets, maps, chains].forEach((m) => m.clear());
    else if (where !== undefined && verb === 'add') {
      assert.ok(!where.has(name), line);
      where.set(name, kind === 'set' ? new Set() : kind === 'map' ? new Map() : []);
    } else if (verb === 'flush') chains.set(name, []);
    else if (where !== undefined && verb === 'delete') {
      assert.ok(!used(name) && where.delete(name), line);
    } else if (kind === 'rule') {
      for (const word of rest.split(' ')) if (word.startsWith('@')) assert.ok(sets.has(word.slice(1)) || maps.has(word.slice(1)), line);
      chains.get(name)!.push(rest);
    } else if (kind === 'element') {
      for (const [key = '', chain] of elements) {
        if (verb === 'delete') assert.ok(sets.get(name)?.delete(key) ?? maps.get(name)!.delete(key), line);
        else if (chain === undefined) sets.get(name)!.add(key);
        else assert.ok(chains.has(chain) && !maps.get(name)!.has(key) && maps.get(name)!.set(key, chain), line);
      }
    } else assert.fail(line);
  }
  const sorted = (m: Map<string, Iterable<unknown>>): unknown => [...m].map(([k, v]) => [k, [...v].map(String).sort()]).sort();
  return [sorted(sets), sorted(maps), [...chains].sort()];
}
