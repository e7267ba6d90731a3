// The kernel's switch that hands packets between ports of a bridge to the rules for IP: without it security groups would not see them.
// Docker turns it on, too, where it is asked to; Kubernetes asks for it.
import { readFileSync, writeFileSync } from 'node:fs';
import type { RunTool, ToolResult } from './run-tool.ts';

const SWITCH = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/** Idempotent. It is one of the network namespace we are in. */
export async function enableBridgeFilter(run: RunTool): Promise<ToolResult> {
  if (read() === undefined) await run('modprobe', ['br_netfilter']);
  const value = read();
  if (value === '1') return { ok: true, output: '' };
  try {
    writeFileSync(SWITCH, '1');
    return { ok: true, output: '' };
  } catch (error) {
    return { ok: false, error: `security groups cannot be enforced: ${SWITCH} cannot be set to 1 (kernel module br_netfilter): ${(error as Error).message}` };
  }
}

function read(): string | undefined {
  try {
    return readFileSync(SWITCH, 'utf8').trim();
  } catch {
    return undefined;
  }
}
