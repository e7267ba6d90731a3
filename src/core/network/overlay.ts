// What one host's kernel must hold for a VPC besides security groups: where every address of the other hosts is, and which
// addresses of the VPC are this host's own. Nothing is flooded and nothing is learned: all of it is told. Pure.
import { firstAddress } from './cidr.ts';
import { hostMacAddress, hostsOf, interfacesOf, isUnderlay, type VpcState } from './vpc-state.ts';

export interface Overlay {
  /** The tunnel, when another host has a part in the VPC. */
  readonly vxlan: { readonly vni: number; readonly local: string } | undefined;
  /** MAC address → underlay address of the host that has it. */
  readonly forwarding: ReadonlyMap<string, string>;
  /** Address in the VPC → MAC address, for ARP that is answered here. */
  readonly neighbours: ReadonlyMap<string, string>;
  /** Addresses of the VPC that this host itself answers to, besides the gateway. */
  readonly own: ReadonlySet<string>;
  /** From which of them the host speaks into the VPC. */
  readonly source: string;
  readonly cidrBlock: string;
  /** Of the bridge; undefined: as it is. */
  readonly bridgeMacAddress: string | undefined;
}

/** @param host the underlay address of the host this is for */
export function planOverlay(state: VpcState, host: string): Overlay {
  const forwarding = new Map<string, string>();
  const neighbours = new Map<string, string>();
  const own = new Set<string>();
  let source = firstAddress(state.cidrBlock);
  const place = (address: string, macAddress: string, at: string): void => {
    if (at === host) return;
    if (!isUnderlay(at) || !isUnderlay(host)) return;
    forwarding.set(macAddress, at);
    neighbours.set(address, macAddress);
  };
  for (const entry of interfacesOf(state)) {
    if (entry.balancer === true && entry.host === host) own.add(entry.address);
    place(entry.address, entry.macAddress, entry.host);
  }
  for (const { host: at, address } of hostsOf(state)) {
    if (address === undefined) continue;
    if (at === host) own.add((source = address));
    place(address, hostMacAddress(at), at);
  }
  return {
    vxlan: forwarding.size > 0 ? { vni: state.vni, local: host } : undefined,
    forwarding,
    neighbours,
    own,
    source,
    cidrBlock: state.cidrBlock,
    bridgeMacAddress: isUnderlay(host) ? hostMacAddress(host) : undefined,
  };
}

export interface OverlayChanges {
  /** Lines for `ip -batch`, to be run in this order, and then those for `bridge -batch`. */
  readonly ip: readonly string[];
  readonly bridge: readonly string[];
}

/** What the kernel holds of an overlay now. */
export type OverlayFacts = Pick<Overlay, 'forwarding' | 'neighbours' | 'own' | 'source'>;

export const NO_OVERLAY: OverlayFacts = { forwarding: new Map(), neighbours: new Map(), own: new Set(), source: '' };

/** From what there is to what there is to be, for a bridge and a tunnel that exist. */
export function diffOverlay(before: OverlayFacts, after: Overlay, bridge: string, tunnel: string): OverlayChanges {
  const ip: string[] = [];
  const fdb: string[] = [];
  for (const address of after.own) if (!before.own.has(address)) ip.push(`address replace ${address}/32 dev ${bridge}`);
  // Before addresses go: the kernel drops a route together with the address it speaks from.
  if (before.source !== after.source) ip.push(`route replace ${after.cidrBlock} dev ${bridge} proto kernel scope link src ${after.source}`);
  for (const address of before.own) if (!after.own.has(address)) ip.push(`address del ${address}/32 dev ${bridge}`);
  for (const [address, mac] of after.neighbours) if (before.neighbours.get(address) !== mac) ip.push(`neigh replace ${address} lladdr ${mac} dev ${bridge} nud permanent`);
  for (const address of before.neighbours.keys()) if (!after.neighbours.has(address)) ip.push(`neigh del ${address} dev ${bridge}`);
  for (const [mac, host] of after.forwarding) {
    if (before.forwarding.get(mac) === host) continue;
    fdb.push(`fdb replace ${mac} dev ${tunnel} dst ${host} self permanent`, `fdb replace ${mac} dev ${tunnel} master static`);
  }
  // Without a tunnel its entries are gone with it.
  const gone = after.vxlan === undefined ? [] : [...before.forwarding.keys()].filter((mac) => !after.forwarding.has(mac));
  for (const mac of gone) fdb.push(`fdb del ${mac} dev ${tunnel} self`, `fdb del ${mac} dev ${tunnel} master`);
  return { ip, bridge: fdb };
}
