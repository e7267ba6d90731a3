// What this host offers: given on the command line, or found out.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { AgentConfig } from '#agent/config.ts';
import { machineOf } from '#agent/membership/machine.ts';
import { underlayAddress } from '#agent/network/underlay-address.ts';
import type { Runtime } from '#agent/runtime.ts';
import { delay } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import type { AgentStanding } from './agent-membership.ts';
import type { AgentOptions } from './agent-options.ts';
import { hostOpenFiles } from './host-limits.ts';

export const AGENT_VERSION = '0.1.0';

/** A pool offers its CPU and memory `overcommit` times; limits of single tasks stay exact. Waits for the container runtime as long as it takes. */
export async function loadAgentConfig(options: AgentOptions, standing: AgentStanding, runtime: Runtime, log: Logger): Promise<AgentConfig> {
  const { offer } = options;
  const maxOpenFiles = hostOpenFiles();
  const address = options.address ?? (await underlayAddress(new URL(standing.server).hostname));
  const gpus = offer.gpus ?? detectGpus(log);
  const base: AgentConfig = {
    cluster: standing.cluster,
    agentVersion: AGENT_VERSION,
    agentHash: 'longshore',
    launchType: standing.managedInstanceId === undefined ? 'EC2' : 'EXTERNAL',
    imagePullBehavior: options.imagePullBehavior,
    reservedTcpPorts: offer.reservedTcpPorts,
    reservedUdpPorts: offer.reservedUdpPorts,
    attributes: offer.attributes,
    ...(offer.tags.length > 0 && { tags: offer.tags }),
    ...(gpus.length > 0 && { gpus }),
    ...(offer.zone !== undefined && { availabilityZone: offer.zone }),
    ...(standing.membership !== undefined && { machine: machineOf() }),
    ...(maxOpenFiles !== undefined && { maxOpenFiles }),
    ...(address !== undefined && { address }),
    ...(options.runtime !== undefined && { ociRuntime: options.runtime }),
  };
  const given = { ...(offer.cpu !== undefined && { cpu: offer.cpu }), ...(offer.memoryMiB !== undefined && { memoryMiB: offer.memoryMiB }) };
  if (standing.pool !== 'fargate') return { ...base, ...given };
  const { cpus, memoryBytes } = await hostSize(runtime, log);
  return { ...base, pool: 'fargate', cpu: cpus * 1024 * options.overcommit, memoryMiB: Math.floor(memoryBytes / 2 ** 20) * options.overcommit, ...given };
}

async function hostSize(runtime: Runtime, log: Logger): Promise<{ cpus: number; memoryBytes: number }> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 10_000)) {
    const info = await runtime.info();
    if (info.ok) return info.value;
    log.warn('waiting for the container runtime', { problem: info.failure.message });
    await delay(systemClock, waitMs);
  }
}

/** Ids of NVIDIA's GPUs: their UUIDs where the driver's tool tells them, else their numbers. The engine takes both. */
function detectGpus(log: Logger): string[] {
  const numbers = readdirSync('/dev').flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? []).sort((a, b) => Number(a) - Number(b));
  if (numbers.length === 0) return [];
  try {
    const told = execFileSync('nvidia-smi', ['--query-gpu=uuid', '--format=csv,noheader'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
    const ids = told.split('\n').map((line) => line.trim()).filter(Boolean);
    if (ids.length > 0) return ids;
  } catch {
    log.warn('nvidia-smi does not answer: GPUs are known by their numbers', { gpus: numbers });
  }
  return numbers;
}
