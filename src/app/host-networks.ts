// Takes this host's part in its VPCs off the machine once its tasks have ended: at `down --stop-tasks`, and when it leaves its cluster.
import type { DockerRuntime } from '#agent/docker/docker-runtime.ts';
import { openLinuxDriver } from '#agent/network/linux-driver.ts';
import { openLinuxInterfaces } from '#agent/network/linux-interfaces.ts';
import { VPCS_KEY } from '#agent/network/vpc-networks.ts';
import { vpcNetworkName } from '#agent/spec/network.ts';
import type { StateStore } from '#agent/state-store.ts';
import type { Logger } from '#base/logger.ts';

/** Tunnels, security groups, bridges and namespaces of ended tasks; a bridge that something is still on stays. Idempotent. */
export async function removeHostNetworks(runtime: DockerRuntime, state: Pick<StateStore, 'entries'>, log: Logger): Promise<void> {
  const { agentId } = (state.entries.get('agent') ?? {}) as { agentId?: string };
  if (agentId !== undefined) await openLinuxInterfaces({ keepNetwork: (spec) => runtime.keepNetwork(spec), log }).sweep(agentId, new Set());
  const driver = openLinuxDriver({ ensureNetwork: (spec) => runtime.ensureNetwork(spec) });
  for (const vpcId of (state.entries.get(VPCS_KEY) ?? []) as readonly string[]) {
    const removed = await driver.remove(vpcId);
    if (!removed.ok) log.warn('the network of a VPC could not be removed', { vpc: vpcId, problem: removed.failure.message });
    await runtime.removeNetwork(vpcNetworkName(vpcId));
  }
}
