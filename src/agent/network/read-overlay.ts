// What the kernel holds of a VPC now, read from the tools' JSON: after a start of the agent, and whenever it may have been changed.
import type { OverlayFacts } from '#core/network/overlay.ts';
import type { RunTool } from './run-tool.ts';

export interface MachineOverlay extends OverlayFacts {
  readonly tunnel: { readonly vni: number; readonly local: string; readonly bridge: string } | undefined;
  readonly bridgeMacAddress: string | undefined;
}

interface Link {
  readonly address?: string;
  readonly master?: string;
  readonly linkinfo?: { readonly info_data?: { readonly id?: number; readonly local?: string } };
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}
interface Neighbour {
  readonly dst: string;
  readonly lladdr?: string;
}
interface Forwarding {
  readonly mac: string;
  readonly dst?: string;
}
interface Route {
  readonly prefsrc?: string;
}

/** What cannot be read is not there. */
export async function readOverlay(run: RunTool, bridge: string, tunnel: string, cidrBlock: string): Promise<MachineOverlay> {
  const [bridges, tunnels, neighbours, forwarding, routes] = await Promise.all([
    list<Link>(run, 'ip', ['-j', 'address', 'show', 'dev', bridge]),
    list<Link>(run, 'ip', ['-j', '-d', 'link', 'show', 'dev', tunnel]),
    list<Neighbour>(run, 'ip', ['-j', 'neigh', 'show', 'dev', bridge, 'nud', 'permanent']),
    list<Forwarding>(run, 'bridge', ['-j', 'fdb', 'show', 'dev', tunnel]),
    list<Route>(run, 'ip', ['-j', 'route', 'show', cidrBlock, 'dev', bridge]),
  ]);
  const info = tunnels[0]?.linkinfo?.info_data;
  return {
    bridgeMacAddress: bridges[0]?.address,
    tunnel: info?.id === undefined ? undefined : { vni: info.id, local: info.local ?? '', bridge: tunnels[0]?.master ?? '' },
    own: new Set((bridges[0]?.addr_info ?? []).filter((a) => a.family === 'inet' && a.prefixlen === 32).map((a) => a.local)),
    neighbours: new Map(neighbours.flatMap(({ dst, lladdr }) => (lladdr === undefined || dst.includes(':') ? [] : [[dst, lladdr] as const]))),
    forwarding: new Map(forwarding.flatMap(({ mac, dst }) => (dst === undefined ? [] : [[mac, dst] as const]))),
    source: routes[0]?.prefsrc ?? '',
  };
}

async function list<Row>(run: RunTool, file: string, args: readonly string[]): Promise<Row[]> {
  const result = await run(file, args);
  if (!result.ok || result.output.trim() === '') return [];
  // iproute2 prints `{}` for what it leaves out.
  return (JSON.parse(result.output) as Row[]).filter((row) => Object.keys(row as object).length > 0);
}
