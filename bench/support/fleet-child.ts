// The process behind fleet.ts: thousands of hosts that register and speak the agent protocol on websockets of their own, over real
// signed calls. They take orders and, if asked to, report the tasks as RUNNING; nothing runs.
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '#base/system/clock.ts';
import { openAwsJsonClient } from '#link/aws-json-client.ts';
import type { Channel } from '#link/channel.ts';
import { decodeAcsToAgent, encodeFrame } from '#link/codec.ts';
import { httpAgentApi } from '#link/http-agent-api.ts';
import type { AgentToAcs, PayloadTask } from '#link/messages.ts';
import { webSocketConnect } from '#link/ws-channel.ts';
import type { FleetOptions, FleetMessage } from './fleet.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as FleetOptions;
const { credentials, region } = options;
const api = httpAgentApi(openAwsJsonClient({ endpoint: options.endpoint, credentials, region, clock: systemClock, userAgent: 'fleet' }));
const connect = webSocketConnect({ credentials, region, clock: systemClock });
const ZONES = ['a', 'b', 'c'];
const counts = { orders: 0, running: 0, failures: 0 };
const seen = new Set<string>();

function say(message: FleetMessage): void {
  process.send?.(message);
}

async function join(number: number): Promise<void> {
  const zone = `${region}${ZONES[number % ZONES.length]}`;
  const { containerInstanceArn } = await api.registerContainerInstance({
    cluster: options.cluster,
    attributes: [...options.attributes, { name: 'ecs.availability-zone', value: zone }, { name: 'ecs.instance-type', value: 'm5.xlarge' }],
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: options.cpu },
      { name: 'MEMORY', type: 'INTEGER', integerValue: options.memoryMiB },
      { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '2375', '2376', '51678', '51679'] },
    ],
  });
  const { endpoint } = await api.discoverPollEndpoint(containerInstanceArn, options.cluster);
  const query = { clusterArn: options.cluster, containerInstanceArn, agentVersion: '1.0.0', agentHash: 'fleet', dockerVersion: 'DockerVersion: 20.10', protocolVersion: '2', sendCredentials: 'true', seqNum: '1' };
  serve(await connect(`${endpoint.replace(/^http/, 'ws')}/ws`, query), containerInstanceArn);
}

function serve(channel: Channel, containerInstance: string): void {
  const send = <Type extends keyof AgentToAcs & string>(type: Type, message: AgentToAcs[Type]): void => channel.send(encodeFrame<AgentToAcs, Type>(type, message));
  channel.onClose = () => void (counts.failures += 1);
  channel.onMessage = (text) => {
    const decoded = decodeAcsToAgent(text);
    if (!decoded.ok) return;
    const { type, message } = decoded.frame;
    if (type === 'HeartbeatMessage') send('HeartbeatAckRequest', { messageId: message.messageId });
    if (type !== 'PayloadMessage') return;
    send('AckRequest', { cluster: options.cluster, containerInstance, messageId: message.messageId });
    for (const task of message.tasks) take(task);
  };
}

function take(task: PayloadTask): void {
  if (task.desiredStatus !== 'RUNNING' || seen.has(task.arn)) return;
  seen.add(task.arn);
  counts.orders += 1;
  if (!options.report) return;
  const containers = task.containers.map((container) => ({ containerName: container.name, runtimeId: `fleet-${counts.orders}`, status: 'RUNNING' as const, networkBindings: [] }));
  api.submitTaskStateChange({ cluster: options.cluster, task: task.arn, status: 'RUNNING', containers }).then(
    () => void (counts.running += 1),
    () => void (counts.failures += 1),
  );
}

let next = 0;
await Promise.all(Array.from({ length: 24 }, async () => {
  while (next < options.hosts) {
    next += 1;
    await join(next);
    if (next % 500 === 0) say({ kind: 'counts', ...counts });
  }
}));
say({ kind: 'ready' });
process.on('message', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
for (;;) {
  await wait(100);
  say({ kind: 'counts', ...counts });
}
