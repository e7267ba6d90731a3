// The process of fleet.ts: many container instances that speak the agent's real protocol (RegisterContainerInstance, ACS websocket,
// acknowledgements, SubmitTaskStateChange), and run nothing.
import { connect, type Socket } from 'node:net';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { openAgentSession } from '#link/agent-session.ts';
import type { PayloadMessage } from '#link/messages.ts';
import { createSigner } from '#link/signer.ts';
import { webSocketConnect } from '#link/ws-channel.ts';
import type { FleetOptions, FleetReport } from './fleet.ts';

const TARGET = 'AmazonEC2ContainerServiceV20141113';
/** Connections for calls, shared by all hosts: each carries one call at a time. */
const CALL_CONNECTIONS = 64;
const REGISTERING_AT_ONCE = 64;

process.once('message', (options: FleetOptions) => void start(options));
process.once('disconnect', () => process.exit(0));

function tell(report: FleetReport): void {
  process.send?.(report);
}

async function start(options: FleetOptions): Promise<void> {
  const calls = openCalls(options);
  let reported = 0;
  let announced = 0;
  setInterval(() => {
    if (reported === announced) return;
    announced = reported;
    tell({ kind: 'running', tasks: reported });
  }, 20);
  const connectSocket = webSocketConnect({ credentials: options.credentials, region: 'us-east-1', clock: systemClock });
  let next = 0;
  let connected = 0;
  const joinNext = async (): Promise<void> => {
    while (next < options.hosts) {
      const arn = await register(calls, options, next++);
      await new Promise<void>((resolve) => {
        openAgentSession({
          identity: { cluster: options.cluster, containerInstanceArn: arn, agentVersion: '1.99.0', agentHash: 'bench', dockerVersion: '20.10', processId: arn },
          connect: connectSocket,
          discover: () => Promise.resolve(`http://127.0.0.1:${options.port}/_acs`),
          lastSeqNum: 0,
          clock: systemClock,
          random: systemRandom,
          log: silentLogger,
          handler: {
            onPayload: async (message) => {
              if (options.runs) void run(message);
            },
            onManifest: () => Promise.resolve([]),
            onStopVerified: () => {},
            onConnected: resolve,
          },
        });
      });
      connected++;
    }
  };
  const run = async ({ tasks }: PayloadMessage): Promise<void> => {
    for (const task of tasks) {
      if (task.desiredStatus !== 'RUNNING') continue;
      const containers = task.containers.map(({ name }) => ({ containerName: name, status: 'RUNNING', runtimeId: task.arn.slice(-32) + task.arn.slice(-32) }));
      await calls('SubmitTaskStateChange', { cluster: options.cluster, task: task.arn, status: 'RUNNING', containers, pullStartedAt: now(), pullStoppedAt: now() });
      reported++;
    }
  };
  try {
    await Promise.all(Array.from({ length: REGISTERING_AT_ONCE }, joinNext));
    tell({ kind: 'connected', hosts: connected });
  } catch (error) {
    tell({ kind: 'failed', message: String(error) });
  }
}

function now(): number {
  return Date.now() / 1000;
}

async function register(calls: Call, { cluster, cpu, memoryMiB }: FleetOptions, index: number): Promise<string> {
  const answer = await calls('RegisterContainerInstance', {
    cluster,
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: cpu },
      { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMiB },
      { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '2375', '2376', '51678', '51679'] },
      { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
    ],
    attributes: [
      { name: 'ecs.availability-zone', value: `us-east-1${'abc'[index % 3]}` },
      { name: 'ecs.instance-type', value: 'm5.4xlarge' },
      { name: 'ecs.os-type', value: 'linux' },
      { name: 'ecs.cpu-architecture', value: 'x86_64' },
      ...['privileged-container', 'docker-remote-api.1.18', 'docker-remote-api.1.19', 'docker-remote-api.1.21', 'docker-remote-api.1.25', 'logging-driver.awslogs', 'logging-driver.json-file'].map((name) => ({ name: `com.amazonaws.ecs.capability.${name}` })),
    ],
    versionInfo: { agentVersion: '1.99.0', agentHash: 'bench', dockerVersion: 'DockerVersion: 20.10' },
  });
  return (answer['containerInstance'] as { containerInstanceArn: string }).containerInstanceArn;
}

type Call = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: (answer: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** Signed calls over raw kept-alive sockets: the fleet shares the machine with what it measures. */
function openCalls({ port, credentials }: FleetOptions): Call {
  const sign = createSigner({ credentials, region: 'us-east-1', clock: systemClock });
  const url = new URL(`http://127.0.0.1:${port}/`);
  const waiting: Waiting[] = [];
  const idle: Socket[] = [];
  let open = 0;

  const give = (socket: Socket): void => {
    const work = waiting.shift();
    if (work === undefined) {
      idle.push(socket);
      return;
    }
    let text = '';
    socket.write(work.bytes);
    socket.onAnswer = (chunk) => {
      text += chunk;
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      if (Buffer.byteLength(text) < head + 4 + length) return;
      const body = text.slice(head + 4);
      if (text[9] === '2') work.resolve(JSON.parse(body || '{}') as Record<string, unknown>);
      else work.reject(new Error(body));
      give(socket);
    };
  };
  const another = (): void => {
    open++;
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('utf8').on('data', (chunk: string) => socket.onAnswer?.(chunk));
    socket.once('connect', () => give(socket));
    socket.once('error', (error) => tell({ kind: 'failed', message: String(error) }));
  };
  return async (operation, input) => {
    const body = JSON.stringify(input);
    const unsigned = { 'content-type': 'application/x-amz-json-1.1', 'content-length': String(Buffer.byteLength(body)), 'x-amz-target': `${TARGET}.${operation}` };
    const headers = await sign({ service: 'ecs', method: 'POST', url, headers: unsigned, body });
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return new Promise((resolve, reject) => {
      waiting.push({ bytes: Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${body}`), resolve, reject });
      const socket = idle.pop();
      if (socket !== undefined) give(socket);
      else if (open < CALL_CONNECTIONS) another();
    });
  };
}

declare module 'node:net' {
  interface Socket {
    onAnswer?: (chunk: string) => void;
  }
}
