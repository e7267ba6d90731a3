// How local machines are connected: a bridge with one address of this host, a veth pair and two routes for each machine. A machine has its
// private address of the VPC, routed as a single host, so that it works beside the VPC's own bridges; and an underlay address, from which it
// speaks and by which other machines reach it: inside it the VPC's whole range belongs to the VPC's bridge.
import { createHash } from 'node:crypto';
import type { MachineRecord } from './machine-process.ts';
import { run, succeeds } from './commands.ts';

export const BRIDGE = 'lsins0';
/** This host as its machines see it; link-local, so that it is in nobody's VPC. */
export const GATEWAY = '169.254.77.1';

/** Idempotent. */
export async function ensureBridge(): Promise<void> {
  if (!(await succeeds('ip', 'link', 'show', BRIDGE))) await succeeds('ip', 'link', 'add', BRIDGE, 'type', 'bridge');
  await run('ip', 'addr', 'replace', `${GATEWAY}/32`, 'dev', BRIDGE);
  await run('ip', 'link', 'set', BRIDGE, 'up');
  await run('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
  await letThrough();
}

/** Docker drops what it does not forward itself: between machines, and from them to the world, is ours to allow. */
async function letThrough(): Promise<void> {
  const rules: readonly (readonly string[])[] = [
    ['-t', 'filter', 'FORWARD', '-i', BRIDGE, '-j', 'ACCEPT'],
    ['-t', 'filter', 'FORWARD', '-o', BRIDGE, '-j', 'ACCEPT'],
  ];
  for (const [flag = '', table = '', chain = '', ...rule] of rules) {
    if (await succeeds('iptables', '-w', flag, table, '-C', chain, ...rule)) continue;
    await succeeds('iptables', '-w', flag, table, '-I', chain, ...rule);
  }
}

export interface Addresses {
  readonly privateIpAddress: string;
  readonly underlayAddress: string;
  readonly macAddress: string;
}

/** Idempotent: what a killed process left half done is completed. */
export async function connect(id: string, record: MachineRecord, { privateIpAddress, underlayAddress, macAddress }: Addresses): Promise<void> {
  const link = linkName(id);
  const inside = ['nsenter', `--net=/proc/${record.pid}/ns/net`, 'ip'] as const;
  const within = (...args: string[]): Promise<string> => run(inside[0], ...inside.slice(1), ...args);
  if (!(await succeeds('nsenter', `--net=/proc/${record.pid}/ns/net`, 'ip', 'link', 'show', 'eth0'))) {
    await succeeds('ip', 'link', 'delete', link);
    await run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(record.pid));
  }
  await run('ip', 'link', 'set', link, 'master', BRIDGE, 'up');
  await within('link', 'set', 'eth0', 'address', macAddress);
  for (const address of [underlayAddress, privateIpAddress]) await within('addr', 'replace', `${address}/32`, 'dev', 'eth0');
  await within('link', 'set', 'eth0', 'up');
  for (const address of [underlayAddress, privateIpAddress]) await run('ip', 'route', 'replace', `${address}/32`, 'dev', BRIDGE, 'src', GATEWAY);
  await within('route', 'replace', GATEWAY, 'dev', 'eth0', 'scope', 'link', 'src', underlayAddress);
  // Last: the machine waits for it.
  await within('route', 'replace', 'default', 'via', GATEWAY, 'dev', 'eth0', 'src', underlayAddress);
}

/** The pair goes with the machine's namespace; the routes stay. */
export async function disconnect(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await succeeds('ip', 'route', 'delete', `${address}/32`, 'dev', BRIDGE);
}

/** At most 15 characters, unique for the id. */
function linkName(id: string): string {
  return `lsi${createHash('sha256').update(id).digest('hex').slice(0, 10)}`;
}
