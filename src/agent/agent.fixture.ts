// A control plane of one page for tests of the agent: takes registrations and reports, sends payloads and manifests.
import type { Clock } from '#base/clock.ts';
import type { AgentApi, RegisterRequest, SubmitTaskRequest } from '#link/agent-api.ts';
import type { Channel, Connect } from '#link/channel.ts';
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';

export const CLUSTER = 'arn:aws:ecs:us-east-1:000000000000:cluster/default';

export interface TestPlane {
  readonly api: AgentApi;
  readonly connect: Connect;
  readonly registrations: readonly RegisterRequest[];
  readonly reports: readonly SubmitTaskRequest[];
  /** `RUNNING`, `STOPPED`… of one task, in the order received. */
  statuses(arn: string): string[];
  last(arn: string): SubmitTaskRequest | undefined;
  /** Frames from the agent, newest last. */
  readonly frames: readonly { readonly channel: 'acs' | 'tcs'; readonly type: string; readonly message: Record<string, unknown> }[];
  send(type: string, message: Record<string, unknown>): void;
  order(...tasks: PayloadTask[]): void;
  /** Calls fail and the connection is gone, until mended. */
  cut(): void;
  mend(): void;
}

export function testPlane(clock: Clock): TestPlane {
  const registrations: RegisterRequest[] = [];
  const reports: SubmitTaskRequest[] = [];
  const frames: { channel: 'acs' | 'tcs'; type: string; message: Record<string, unknown> }[] = [];
  const channels = new Map<'acs' | 'tcs', Channel>();
  let seqNum = 1000;
  let away = false;
  const reach = async <T>(value: () => T): Promise<T> => {
    if (away) throw new Error('ECONNREFUSED');
    return value();
  };
  const send = (type: string, message: Record<string, unknown>): void => {
    const text = JSON.stringify({ type, message });
    clock.after(0, () => channels.get('acs')?.onMessage(text));
  };
  return {
    api: {
      registerContainerInstance: (request) => reach(() => {
        registrations.push(request);
        return { containerInstanceArn: request.containerInstanceArn ?? 'arn:aws:ecs:us-east-1:000000000000:container-instance/default/0123456789abcdef0123456789abcdef', attributes: request.attributes };
      }),
      discoverPollEndpoint: () => reach(() => ({ endpoint: 'http://acs', telemetryEndpoint: 'http://tcs' })),
      submitTaskStateChange: (request) => reach(() => void reports.push(request)),
      submitContainerStateChange: () => reach(() => undefined),
      submitAttachmentStateChanges: () => reach(() => undefined),
    },
    connect: (url) => reach(() => {
      const name = url.includes('acs') ? ('acs' as const) : ('tcs' as const);
      const channel: Channel = {
        send: (text) => void frames.push({ channel: name, ...(JSON.parse(text) as { type: string; message: Record<string, unknown> }) }),
        close: () => undefined,
        onMessage: () => undefined,
        onClose: () => undefined,
      };
      channels.set(name, channel);
      return channel;
    }),
    registrations,
    reports,
    frames,
    statuses: (arn) => reports.filter((r) => r.task === arn).map((r) => r.status),
    last: (arn) => reports.findLast((r) => r.task === arn),
    send,
    order(...tasks) {
      seqNum += 1;
      send('PayloadMessage', { messageId: `m${seqNum}`, clusterArn: CLUSTER, containerInstanceArn: 'ci', seqNum, generatedAt: clock.now(), tasks });
    },
    cut() {
      away = true;
      for (const channel of channels.values()) clock.after(0, () => channel.onClose(1006, 'cut'));
      channels.clear();
    },
    mend() {
      away = false;
    },
  };
}

export function payloadContainer(change: Partial<PayloadContainer> & { config?: object; hostConfig?: object } = {}): PayloadContainer {
  const { config, hostConfig, ...rest } = change;
  return {
    name: 'app', image: 'app:1', cpu: 0, memory: 0, essential: true, environment: {}, portMappings: [], mountPoints: [], volumesFrom: [], overrides: '{}',
    dockerConfig: { config: JSON.stringify(config ?? {}), hostConfig: JSON.stringify(hostConfig ?? {}) },
    ...rest,
  };
}

export function payloadTask(id: number | string, change: Partial<PayloadTask> = {}): PayloadTask {
  return {
    arn: `arn:aws:ecs:us-east-1:000000000000:task/default/${String(id).padStart(32, '0')}`,
    family: 'web', version: '1', desiredStatus: 'RUNNING', taskClusterArn: CLUSTER, launchType: 'EC2', networkMode: 'bridge', cpu: 0, memory: 0,
    containers: [payloadContainer()], volumes: [],
    ...change,
  };
}
