// What the agent command does beside running: `--install` as a service, `--leave` the control plane.
import { resolve } from 'node:path';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import { openStateFile } from '#agent/state-file.ts';
import type { Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { installUnit, LAUNCHER, renderUnit } from '#cli/systemd.ts';
import { AgentApiError } from '#link/agent-api.ts';
import { openAgentCalls } from './agent-calls.ts';
import { AGENT_VERSION } from './agent-config.ts';
import { openStanding } from './agent-membership.ts';
import type { AgentOptions } from './agent-options.ts';
import { removeHostNetworks } from './host-networks.ts';
import { UsageError } from './usage-error.ts';

const ECS = 'AmazonEC2ContainerServiceV20141113';
/** Told once, and worth nothing afterwards: not for a file that everybody reads. */
const SECRETS = ['--token', '--activation-code', '--activation-id'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Joins if it has to, so that the token need not be kept, then writes the unit. @param unlock lets the service have the data folder */
export async function installAgent(options: AgentOptions, args: readonly string[], log: Logger, unlock: () => void): Promise<void> {
  const standing = await openStanding(options, AGENT_VERSION, log);
  standing.membership?.close();
  unlock();
  const kept = withoutSecrets(args.filter((word) => word !== '--install'));
  const command = [LAUNCHER, 'agent', ...absolute(kept, options)];
  installUnit('longshore-agent', renderUnit(`Longshore agent in cluster ${standing.cluster}`, command), say);
}

/** Deregisters the instance, then gives the identity up. Throws UsageError while tasks run here, unless forced. */
export async function leaveControlPlane(options: AgentOptions, log: Logger): Promise<void> {
  const standing = await openStanding(options, AGENT_VERSION, log);
  const { server, cluster, credentials, region, membership } = standing;
  const state = openStateFile(options.dataDir);
  const { containerInstanceArn } = (state.entries.get('agent') ?? {}) as { containerInstanceArn?: string };
  const calls = openAgentCalls({ endpoint: server, credentials, clock: systemClock, userAgent: `Longshore Agent - v${AGENT_VERSION}`, ...(membership !== undefined && { tls: membership.tls }) });
  const client = calls.client(undefined, region);
  try {
    if (containerInstanceArn !== undefined) await client.callAwsJson(`${ECS}.DeregisterContainerInstance`, { cluster, containerInstance: containerInstanceArn, force: options.force }, 'ecs');
    say(`${containerInstanceArn ?? 'this host'} is deregistered`);
  } catch (error) {
    if (!(error instanceof AgentApiError)) throw error;
    // Gone already: somebody else deregistered it.
    if (!/was not found/.test(error.message)) throw new UsageError(`agent: not deregistered: ${error.message}\n  do this:  drain it first (docs/operating/hosts.md), or --leave --force`);
  } finally {
    client.close();
  }
  await membership?.leave();
  membership?.close();
  const runtime = openDockerRuntime({ socketPath: options.dockerSocket, clock: systemClock });
  await removeHostNetworks(runtime, state, log);
  runtime.close();
  state.put('agent', undefined);
  await state.close();
}

function withoutSecrets(args: readonly string[]): string[] {
  return args.filter((word, index) => !SECRETS.includes(word) && !SECRETS.includes(args[index - 1] ?? '') && !SECRETS.some((name) => word.startsWith(`${name}=`)));
}

/** A service starts in another folder. */
function absolute(args: readonly string[], { dataDir, credentialsFile }: AgentOptions): string[] {
  const paths = new Set([dataDir, credentialsFile]);
  const made = args.map((word) => (paths.has(word) ? resolve(word) : word));
  return made.some((word) => word.startsWith('--data-dir')) ? made : [...made, '--data-dir', resolve(dataDir)];
}
