// An agent in a process of its own, to be killed: real engine, real state file; its control plane is the parent, over IPC.
import { createAgent } from '#agent/agent.ts';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import { openLinuxInterfaces } from '#agent/network/linux-interfaces.ts';
import { openStateFile } from '#agent/state-file.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import type { AgentApi } from '#link/agent-api.ts';
import type { Channel } from '#link/channel.ts';

const calls = new Map<number, (value: unknown) => void>();
const channels = new Map<string, Channel>();
let next = 0;

function call<T>(verb: string, request: unknown): Promise<T> {
  const id = next++;
  process.send!({ id, verb, request });
  return new Promise((resolve) => calls.set(id, (value) => resolve(value as T)));
}

process.on('message', (message: { id?: number; value?: unknown; channel?: string; text?: string }) => {
  if (message.id !== undefined) calls.get(message.id)?.(message.value);
  // On the next turn: a frame may come in together with the answer that opens its channel.
  else setImmediate(() => channels.get(message.channel ?? '')?.onMessage(message.text ?? ''));
});
process.on('disconnect', () => process.exit());

const api: AgentApi = {
  registerContainerInstance: (request) => call('register', request),
  discoverPollEndpoint: () => Promise.resolve({ endpoint: 'http://acs', telemetryEndpoint: 'http://tcs' }),
  submitTaskStateChange: (request) => call('submit', request),
  submitContainerStateChange: () => Promise.resolve(),
  submitAttachmentStateChanges: () => Promise.resolve(),
};

const runtime = openDockerRuntime({ clock: systemClock });
createAgent({
  config: { cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2', imagePullBehavior: 'prefer-cached' },
  runtime,
  api,
  async connect(url) {
    const name = url.includes('acs') ? 'acs' : 'tcs';
    const channel: Channel = { send: (text) => void process.send!({ channel: name, text }), close() {}, onMessage() {}, onClose() {} };
    channels.set(name, channel);
    await call('connected', name);
    return channel;
  },
  interfaces: openLinuxInterfaces({ keepNetwork: (spec) => runtime.keepNetwork(spec), log: silentLogger }),
  stateStore: openStateFile(process.argv[2]!),
  clock: systemClock,
  random: systemRandom,
  log: silentLogger,
});
