// A bridge that somebody removed under running tasks, made again with their interfaces on it. Docker believes that a bridge it made is there
// until it is started anew, and knows nothing of the agent's interfaces.
import { interfacesOf, type VpcState } from '#core/network/vpc-state.ts';
import { vpcNetwork } from '../spec/network.ts';
import { runTool, type RunTool, type ToolResult } from './run-tool.ts';
import { interfaceDevice } from './task-interfaces.ts';

interface Link {
  readonly ifname?: string;
  readonly master?: string;
}

/** Idempotent. Docker has the network by now. */
export async function repairBridge(run: RunTool, state: VpcState, host: string): Promise<ToolResult> {
  const { bridgeName: bridge, gateway, cidr } = vpcNetwork({ vpcId: state.vpcId, vpcCidrBlock: state.cidrBlock });
  const batch: string[] = [];
  const there = await run('ip', ['-j', 'link', 'show', 'dev', bridge]);
  if (!there.ok) batch.push(`link add ${bridge} type bridge`, `address add ${gateway}/${cidr.split('/')[1] ?? '32'} broadcast + dev ${bridge}`, `link set dev ${bridge} up`);
  const shown = await run('ip', ['-j', 'link', 'show', 'type', 'veth']);
  if (!shown.ok) return shown;
  const wanted = new Set(interfacesOf(state).filter((entry) => entry.host === host).map(({ address }) => interfaceDevice({ vpcId: state.vpcId, ipv4Address: address })));
  for (const { ifname, master } of JSON.parse(shown.output || '[]') as Link[]) {
    if (ifname !== undefined && wanted.has(ifname) && master !== bridge) batch.push(`link set dev ${ifname} master ${bridge} up`);
  }
  return batch.length === 0 ? { ok: true, output: '' } : run('ip', ['-batch', '-'], `${batch.join('\n')}\n`);
}

/** For when its network is gone: Docker leaves a bridge that is not of its own making. Idempotent. */
export async function removeBridge(bridge: string, run: RunTool = runTool): Promise<void> {
  await run('ip', ['link', 'del', 'dev', bridge]);
}
