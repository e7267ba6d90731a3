// `stop-host`: what `./longshore down --stop-tasks` does once server and agent are gone: ends this host's containers and its
// load balancer, as a power cut would, only gently. What services want is not changed: `up` starts their tasks again.
import { join } from 'node:path';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import { LABELS } from '#agent/spec/names.ts';
import { openStateFile } from '#agent/state-file.ts';
import { systemClock } from '#base/system/clock.ts';
import { stopBalancer } from './balancer.ts';
import { removeHostNetworks } from './host-networks.ts';
import { stopInstances } from './instances.ts';
import { openLog } from './log.ts';
import { parseStopHostOptions } from './options.ts';

const STOP_TIMEOUT_MS = 30_000;

/** Prints a line about what it ended. */
export async function stopHost(args: readonly string[]): Promise<void> {
  const { dataDir, dockerSocket } = parseStopHostOptions(args);
  const state = openStateFile(join(dataDir, 'agent'));
  const { agentId } = (state.entries.get('agent') ?? {}) as { agentId?: string };
  const runtime = openDockerRuntime({ socketPath: dockerSocket, clock: systemClock });
  const listed = agentId === undefined ? undefined : await runtime.list({ name: LABELS.agent, value: agentId });
  const running = listed?.ok === true ? listed.value.filter((container) => container.state === 'running') : [];
  await Promise.all(running.map(({ id }) => runtime.stop(id, STOP_TIMEOUT_MS)));
  await removeHostNetworks(runtime, state, openLog('warn', 'stop-host'));
  await state.close();
  runtime.close();
  if (running.length > 0) process.stdout.write(`${running.length} container${running.length === 1 ? '' : 's'} stopped\n`);
  const machines = await stopInstances(dataDir);
  if (machines > 0) process.stdout.write(`${machines} local instance${machines === 1 ? '' : 's'} switched off\n`);
  if (await stopBalancer(dataDir)) process.stdout.write('load balancer stopped\n');
}
