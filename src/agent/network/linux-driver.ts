// A VPC on Linux: Docker's bridge, a VXLAN tunnel as one of its ports, static forwarding and ARP entries, addresses of the host's own,
// and one nftables table with the security groups. All by the system's own tools; one batch for each kind of change.
import { diffOverlay, planOverlay, type Overlay, type OverlayFacts } from '#core/network/overlay.ts';
import { renderChanges, renderTable } from '#core/network/render-nft.ts';
import { planRuleset, type Ruleset } from '#core/network/ruleset.ts';
import type { VpcState } from '#core/network/vpc-state.ts';
import { done, failed, type NetworkSpec, type Outcome } from '../runtime.ts';
import { vpcBridgeName, vpcNetwork, vpcTunnelName } from '../spec/network.ts';
import { enableBridgeFilter } from './bridge-filter.ts';
import { readOverlay, type MachineOverlay } from './read-overlay.ts';
import { readResolvers } from './resolvers.ts';
import { runTool, type RunTool } from './run-tool.ts';
import { removeVpc } from './remove-vpc.ts';
import { repairBridge } from './repair-bridge.ts';
import type { VpcDriver } from './vpc-driver.ts';

/** Header of VXLAN over IPv4 within an Ethernet of 1500. */
const TUNNEL_MTU = 1450;
/** IANA's. */
const VXLAN_PORT = 4789;

interface Applied {
  readonly ruleset?: Ruleset;
  readonly overlay?: OverlayFacts;
}

export interface LinuxDriverOptions {
  readonly ensureNetwork: (spec: NetworkSpec) => Promise<Outcome<void>>;
  readonly run?: RunTool;
  readonly resolvers?: () => readonly string[];
}

export function openLinuxDriver({ ensureNetwork, run = runTool, resolvers = readResolvers }: LinuxDriverOptions): VpcDriver {
  /** What we know that there is; a VPC that is not in it is looked at first. */
  const known = new Map<string, Applied>();
  /** Tables there were when the machine was last looked at; undefined: it is to be looked at. */
  let tables: ReadonlySet<string> | undefined;
  let filtered = false;

  const applyRules = async (state: VpcState, host: string, before: Ruleset | undefined): Promise<Ruleset> => {
    const bridge = vpcBridgeName(state.vpcId);
    const after = planRuleset(state, host, resolvers());
    const target = { table: bridge, bridge, tunnel: vpcTunnelName(state.vpcId) };
    const script = before === undefined ? renderTable(target, after) : renderChanges(target, before, after);
    if (script !== '') must(await run('nft', ['-f', '-'], script));
    return after;
  };

  const applyOverlay = async (state: VpcState, host: string, before: OverlayFacts | undefined): Promise<OverlayFacts> => {
    const bridge = vpcBridgeName(state.vpcId);
    const tunnel = vpcTunnelName(state.vpcId);
    const after = planOverlay(state, host);
    let facts = before;
    if (facts === undefined) {
      const machine = await readOverlay(run, bridge, tunnel, after.cidrBlock);
      facts = await settleDevices(run, machine, after, bridge, tunnel);
    } else if ((facts.forwarding.size > 0) !== (after.vxlan !== undefined)) {
      facts = await settleDevices(run, { ...facts, tunnel: undefined, bridgeMacAddress: after.bridgeMacAddress }, after, bridge, tunnel);
    }
    const changes = diffOverlay(facts, after, bridge, tunnel);
    if (changes.ip.length > 0) must(await run('ip', ['-force', '-batch', '-'], lines(changes.ip)));
    if (changes.bridge.length > 0) must(await run('bridge', ['-force', '-batch', '-'], lines(changes.bridge)));
    return after;
  };

  return {
    async apply(state, host) {
      const { vpcId } = state;
      const before = known.get(vpcId) ?? {};
      try {
        if (before.overlay === undefined) {
          const made = await ensureNetwork(vpcNetwork({ vpcId, vpcCidrBlock: state.cidrBlock }));
          if (!made.ok) return made;
          must(await repairBridge(run, state, host));
        }
        if (!filtered) must(await enableBridgeFilter(run));
        filtered = true;
        tables ??= await listTables(run);
        known.delete(vpcId);
        const ruleset = await applyRules(state, host, tables.has(vpcBridgeName(vpcId)) ? before.ruleset : undefined);
        tables = new Set([...tables, vpcBridgeName(vpcId)]);
        known.set(vpcId, { ruleset });
        known.set(vpcId, { ruleset, overlay: await applyOverlay(state, host, before.overlay) });
        return done(undefined);
      } catch (error) {
        tables = undefined;
        return failed('ResourceInitializationError', (error as Error).message);
      }
    },
    async remove(vpcId) {
      known.delete(vpcId);
      const result = await removeVpc(run, vpcBridgeName(vpcId));
      tables = undefined;
      return result.ok ? done(undefined) : failed('ResourceInitializationError', result.error);
    },
    forget() {
      tables = undefined;
      filtered = false;
      for (const [vpcId, { ruleset }] of known) known.set(vpcId, ruleset === undefined ? {} : { ruleset });
    },
  };
}

/** Bridge address and tunnel as they are to be; what the machine holds afterwards. */
async function settleDevices(run: RunTool, machine: MachineOverlay, after: Overlay, bridge: string, tunnel: string): Promise<OverlayFacts> {
  const ip: string[] = [];
  if (after.bridgeMacAddress !== undefined && machine.bridgeMacAddress !== after.bridgeMacAddress) ip.push(`link set dev ${bridge} address ${after.bridgeMacAddress}`);
  if (ip.length > 0) must(await run('ip', ['-batch', '-'], lines(ip)));
  const { vxlan } = after;
  const same = vxlan !== undefined && machine.tunnel?.vni === vxlan.vni && machine.tunnel.local === vxlan.local && machine.tunnel.bridge === bridge;
  if (same) return machine;
  // Of one that is not there nothing needs to be said.
  await run('ip', ['link', 'del', tunnel]);
  if (vxlan !== undefined) {
    must(await run('ip', ['link', 'add', tunnel, 'type', 'vxlan', 'id', String(vxlan.vni), 'dstport', String(VXLAN_PORT), 'local', vxlan.local, 'nolearning']));
    must(await run('ip', ['link', 'set', 'dev', tunnel, 'mtu', String(TUNNEL_MTU), 'master', bridge, 'up']));
    must(await run('bridge', ['link', 'set', 'dev', tunnel, 'neigh_suppress', 'on', 'learning', 'off', 'flood', 'off', 'mcast_flood', 'off', 'bcast_flood', 'off']));
  }
  return { ...machine, forwarding: new Map() };
}

/** Names that both families have: one alone is not enough. */
async function listTables(run: RunTool): Promise<ReadonlySet<string>> {
  const output = must(await run('nft', ['list', 'tables']));
  const of = (family: string): Set<string> => new Set([...output.matchAll(new RegExp(`^table ${family} (\\S+)$`, 'gm'))].map((match) => match[1]!));
  return of('ip').intersection(of('bridge'));
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}

function must(result: Awaited<ReturnType<RunTool>>): string {
  if (!result.ok) throw new Error(result.error);
  return result.output;
}
