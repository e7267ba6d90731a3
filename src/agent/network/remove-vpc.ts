// Takes a VPC's tunnel, addresses and security groups off this machine. Its bridge is Docker's, and goes with Docker's network.
import { renderRemoval } from '#core/network/render-nft.ts';
import { tunnelOfBridge } from '../spec/network.ts';
import type { RunTool, ToolResult } from './run-tool.ts';

/** Idempotent. */
export async function removeVpc(run: RunTool, bridge: string): Promise<ToolResult> {
  const tunnel = tunnelOfBridge(bridge);
  await run('ip', ['link', 'del', tunnel]);
  // On a bridge that is there addresses and entries would outlive their VPC; on none there are none.
  const shown = await run('ip', ['-j', 'address', 'show', 'dev', bridge]);
  if (shown.ok) await clearBridge(run, bridge, shown.output);
  return run('nft', ['-f', '-'], `${renderRemoval(bridge).join('\n')}\n`);
}

async function clearBridge(run: RunTool, bridge: string, json: string): Promise<void> {
  const [link] = JSON.parse(json) as { addr_info?: { family: string; local: string; prefixlen: number }[] }[];
  const inet = (link?.addr_info ?? []).filter((address) => address.family === 'inet');
  const router = inet.find((address) => address.prefixlen !== 32);
  const routes = await run('ip', ['-j', 'route', 'show', 'dev', bridge, 'proto', 'kernel']);
  const batch: string[] = [];
  if (router !== undefined && routes.ok) {
    for (const { dst } of JSON.parse(routes.output || '[]') as { dst: string }[]) batch.push(`route replace ${dst} dev ${bridge} proto kernel scope link src ${router.local}`);
  }
  for (const { local, prefixlen } of inet) if (prefixlen === 32) batch.push(`address del ${local}/32 dev ${bridge}`);
  batch.push(`neigh flush dev ${bridge} nud permanent`);
  await run('ip', ['-force', '-batch', '-'], `${batch.join('\n')}\n`);
}
