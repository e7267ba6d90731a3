// What a host knows of one VPC, and how it follows the changes the control plane sends. Pure.
import type { NetworkEntry, VpcUpdate } from '#link/messages.ts';

export interface VpcState {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly vni: number;
  readonly version: number;
  /** By id. */
  readonly entries: ReadonlyMap<string, NetworkEntry>;
}

export type InterfaceEntry = Extract<NetworkEntry, { kind: 'interface' }>;
export type GroupEntry = Extract<NetworkEntry, { kind: 'group' }>;
export type HostEntry = Extract<NetworkEntry, { kind: 'host' }>;

/** The state after an update; undefined when it was made for another version than `before`. */
export function nextVpcState(before: VpcState | undefined, update: VpcUpdate): VpcState | undefined {
  const { vpcId, cidrBlock, vni, version, baseVersion } = update;
  if (baseVersion !== undefined && baseVersion !== before?.version) return undefined;
  const entries = new Map(baseVersion === undefined ? [] : before?.entries);
  for (const id of update.removed) entries.delete(id);
  for (const entry of update.put) entries.set(entry.id, entry);
  return { vpcId, cidrBlock, vni, version, entries };
}

export function interfacesOf(state: VpcState): InterfaceEntry[] {
  return [...state.entries.values()].filter((entry) => entry.kind === 'interface');
}

export function hostsOf(state: VpcState): HostEntry[] {
  return [...state.entries.values()].filter((entry) => entry.kind === 'host');
}

/** Whether an address can be one end of a tunnel to another machine. */
export function isUnderlay(host: string): boolean {
  return !host.startsWith('127.');
}

/** The MAC address of a host's bridges: it follows from the host, so that every other host knows it. */
export function hostMacAddress(host: string): string {
  return `02:4c:${host.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0')).join(':')}`;
}
