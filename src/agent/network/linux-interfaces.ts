// Interfaces of awsvpc tasks on Linux: a named network namespace, and a pair of virtual Ethernet devices, one in it as eth0 and one on the
// VPC's bridge. By the system's own tools; killed between any two of them, it begins again.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#base/logger.ts';
import { firstAddress } from '#core/network/cidr.ts';
import { done, failed, type NetworkSpec, type Outcome } from '../runtime.ts';
import { vpcNetwork } from '../spec/network.ts';
import { runTool, type RunTool } from './run-tool.ts';
import { interfaceDevice, namespacePrefix, type InterfaceCounters, type TaskInterface, type TaskInterfaces } from './task-interfaces.ts';

/** Where `ip netns` keeps them. */
export const NAMESPACES = '/run/netns';
/** A file for each namespace that is whole, beside the links to them (docker/namespace-links.ts). */
export const NAMESPACE_NOTES = '/run/longshore/namespaces';
/** Packets leave for other hosts inside others: 50 bytes less than an Ethernet's 1500. */
const MTU = 1450;
/** As Docker has it on networks without IPv6: a name that has both kinds of address must not lead nowhere. */
const WITHOUT_IPV6 = 'echo 1 2>/dev/null > /proc/sys/net/ipv6/conf/all/disable_ipv6';

export interface LinuxInterfacesOptions {
  /** Docker does not know of our devices on its bridge: keeps it from taking an idle-looking network away. */
  readonly keepNetwork: (spec: NetworkSpec) => Promise<Outcome<void>>;
  readonly log: Logger;
  readonly run?: RunTool;
}

export function openLinuxInterfaces({ keepNetwork, log, run = runTool }: LinuxInterfacesOptions): TaskInterfaces {
  /** VPCs whose bridge is kept, or about to be. */
  const kept = new Set<string>();

  /** Beside the task's start, which does not need it. */
  const keep = (wanted: TaskInterface): void => {
    if (kept.has(wanted.vpcId)) return;
    kept.add(wanted.vpcId);
    void keepNetwork(vpcNetwork(wanted)).then((outcome) => {
      if (outcome.ok) return;
      kept.delete(wanted.vpcId);
      log.warn('nothing keeps docker from pruning the network of a VPC', { vpc: wanted.vpcId, problem: outcome.failure.message });
    });
  };

  /**
   * Nothing is announced on the link: the control plane derives the MAC from the address, so those who knew another task there still find it
   * (and the host passes on what is sent to an address that was its own). The bridge drops what is sent before it has seen the link come up.
   */
  const make = async (wanted: TaskInterface): Promise<Outcome<void>> => {
    const device = interfaceDevice(wanted);
    const { namespace, bridge } = wanted;
    const made = await run('ip', ['-batch', '-'], lines(
      `netns add ${namespace}`,
      `link add ${device} mtu ${MTU} type veth peer name eth0 mtu ${MTU} address ${wanted.macAddress} netns ${namespace}`,
      `link set dev ${device} alias ${namespace} master ${bridge} up`,
    ));
    if (!made.ok) return failed('ResourceInitializationError', made.error);
    const inside = await run('nsenter', [`--net=${join(NAMESPACES, namespace)}`, 'sh', '-c', `${WITHOUT_IPV6}; exec ip -batch -`], lines(
      'link set lo up',
      `address add ${wanted.ipv4Address}/${wanted.vpcCidrBlock.split('/')[1] ?? '32'} dev eth0`,
      'link set eth0 up',
      `route add default via ${firstAddress(wanted.vpcCidrBlock)} dev eth0`,
    ));
    if (!inside.ok) return failed('ResourceInitializationError', inside.error);
    noteWhole(namespace);
    return done(undefined);
  };

  /** The address is free when this resolves: the kernel takes a namespace's devices down only later. */
  const remove = async (namespace: string): Promise<Outcome<void>> => {
    rmSync(join(NAMESPACE_NOTES, namespace), { force: true });
    if (!exists(namespace)) return done(undefined);
    const result = await run('sh', ['-c', `ip -n ${namespace} link del eth0; exec ip netns del ${namespace}`]);
    // Somebody may have been quicker.
    return result.ok || !exists(namespace) ? done(undefined) : failed('ResourceInitializationError', result.error);
  };

  /** Makes room where an address is held by a namespace in which nothing runs; a task that runs keeps it. */
  const takeOver = async (wanted: TaskInterface): Promise<Outcome<void>> => {
    const [owner] = await interfacesOf(run, ['dev', interfaceDevice(wanted)]);
    if (owner === undefined) return done(undefined);
    if (await isRunning(run, owner)) return failed('ResourceInitializationError', `unable to attach network interface: address ${wanted.ipv4Address} is already in use on this host`);
    return remove(owner);
  };

  return {
    async attach(wanted) {
      keep(wanted);
      if (exists(wanted.namespace)) {
        // An earlier life of this agent may be starting a container in it at this moment, but only once it was whole.
        if (isWhole(wanted.namespace)) return done(undefined);
        const removed = await remove(wanted.namespace);
        if (!removed.ok) return removed;
      }
      const first = await make(wanted);
      if (first.ok) return first;
      await remove(wanted.namespace);
      if (!/File exists/.test(first.failure.message)) return first;
      const free = await takeOver(wanted);
      if (!free.ok) return free;
      const second = await make(wanted);
      if (!second.ok) await remove(wanted.namespace);
      return second;
    },
    detach: (wanted) => remove(wanted.namespace),
    async sweep(agentId, used) {
      const prefix = namespacePrefix(agentId);
      for (const name of list(NAMESPACES)) {
        if (!name.startsWith(prefix) || used.has(name)) continue;
        // A task whose order did not come through before this agent was killed: it comes again.
        if (!(await isRunning(run, name))) await remove(name);
      }
      // Of containers and namespaces that somebody else removed. A note is written after its namespace was made.
      const stands = (name: string): boolean => (name.startsWith('ls-') ? exists(name) : existsSync(join(NAMESPACE_NOTES, name)));
      for (const name of list(NAMESPACE_NOTES)) if (!stands(name)) rmSync(join(NAMESPACE_NOTES, name), { force: true });
    },
    counters: (wanted) => (isWhole(wanted.namespace) ? readCounters(interfaceDevice(wanted)) : undefined),
    forget: () => kept.clear(),
  };
}

/** Whether interfaces of tasks are on the bridge. */
export async function hasInterfaces(bridge: string, run: RunTool = runTool): Promise<boolean> {
  return (await interfacesOf(run, ['master', bridge])).length > 0;
}

/** Whether any of them is of a task that runs: a killed platform leaves namespaces behind in which nothing does. */
export async function runsInterfaces(bridge: string, run: RunTool = runTool): Promise<boolean> {
  for (const owner of await interfacesOf(run, ['master', bridge])) if (await isRunning(run, owner)) return true;
  return false;
}

/** Namespaces whose interfaces these are. By `ip`: /sys shows the devices of whoever mounted it, which another network namespace than ours may be. */
export async function interfacesOf(run: RunTool, which: readonly ['dev' | 'master', string]): Promise<string[]> {
  const shown = await run('ip', ['-j', 'link', 'show', ...which]);
  if (!shown.ok || shown.output.trim() === '') return [];
  const links = JSON.parse(shown.output) as { ifname?: string; ifalias?: string }[];
  return links.flatMap(({ ifname, ifalias }) => (ifname?.startsWith('lv-') === true && ifalias?.startsWith('ls-') === true ? [ifalias] : []));
}

/** Whether a process is in it. Looks at all processes there are: only where something was left behind. */
async function isRunning(run: RunTool, namespace: string): Promise<boolean> {
  const listed = await run('ip', ['netns', 'pids', namespace]);
  return listed.ok && listed.output.trim() !== '';
}

/** What the host sends, the task receives. Columns: bytes, packets, errors, dropped and four more, first as received. */
function readCounters(device: string): InterfaceCounters | undefined {
  const line = read('/proc/self/net/dev').split('\n').find((each) => each.trim().startsWith(`${device}:`));
  if (line === undefined) return undefined;
  const columns = line.slice(line.indexOf(':') + 1).trim().split(/\s+/).map(Number);
  const at = (column: number): number => columns[column] ?? 0;
  return {
    rx_bytes: at(8), rx_packets: at(9), rx_errors: at(10), rx_dropped: at(11),
    tx_bytes: at(0), tx_packets: at(1), tx_errors: at(2), tx_dropped: at(3),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function noteWhole(namespace: string): void {
  mkdirSync(NAMESPACE_NOTES, { recursive: true, mode: 0o700 });
  writeFileSync(join(NAMESPACE_NOTES, namespace), '');
}

function isWhole(namespace: string): boolean {
  return existsSync(join(NAMESPACE_NOTES, namespace));
}

function exists(namespace: string): boolean {
  return existsSync(join(NAMESPACES, namespace));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lines(...commands: readonly string[]): string {
  return `${commands.join('\n')}\n`;
}
