// The agent's end of the TCS connection: publishes health and metrics. Nothing is kept for later: what is published
// while there is no connection is lost, and the agent publishes the full state again on every connection.
import type { Clock } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { ownQuery, websocketUrl } from './agent-session.ts';
import type { AgentIdentity } from './agent-session.ts';
import type { Channel, Connect } from './channel.ts';
import { decodeTcsToAgent, encodeFrame } from './codec.ts';
import type { AgentToTcs, TaskHealth, TaskMetric } from './messages.ts';
import { openReconnecting } from './reconnect.ts';

export interface TelemetrySessionOptions {
  readonly identity: AgentIdentity;
  readonly connect: Connect;
  /** The telemetry endpoint; asked for before every connection. */
  readonly discover: () => Promise<string>;
  /** Publish everything now. */
  readonly onConnected: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Default 120 s. */
  readonly silenceMs?: number;
}

export interface TelemetrySession {
  readonly connected: boolean;
  publishHealth(tasks: readonly TaskHealth[]): void;
  /** An empty list is published as idle. */
  publishMetrics(tasks: readonly TaskMetric[]): void;
  publishInstanceStatus(status: 'OK' | 'IMPAIRED'): void;
  close(): void;
}

export function openTelemetrySession(options: TelemetrySessionOptions): TelemetrySession {
  const { identity, clock, random, log } = options;
  let channel: Channel | undefined;

  const send = <Type extends keyof AgentToTcs & string>(type: Type, message: AgentToTcs[Type]): void =>
    channel?.send(encodeFrame<AgentToTcs, Type>(type, message));
  const metadata = () => ({ cluster: identity.cluster, containerInstance: identity.containerInstanceArn, messageId: uuid(random), fin: true });
  const seconds = (): number => clock.now() / 1000;

  const link = openReconnecting({
    name: 'telemetry',
    silenceMs: options.silenceMs ?? 120_000,
    clock,
    random,
    log,
    async connect() {
      const endpoint = await options.discover();
      return options.connect(websocketUrl(endpoint), {
        agentHash: identity.agentHash,
        agentVersion: identity.agentVersion,
        cluster: identity.cluster,
        containerInstance: identity.containerInstanceArn,
        dockerVersion: identity.dockerVersion,
        ...ownQuery(identity),
      });
    },
    onOpen(opened) {
      channel = opened;
      opened.onMessage = (text) => {
        link.heard();
        const decoded = decodeTcsToAgent(text);
        if (!decoded.ok) log.warn('telemetry frame passed over', { error: decoded.error });
      };
      options.onConnected();
    },
    onLost() {
      channel = undefined;
    },
  });

  return {
    get connected() {
      return link.connected;
    },
    publishHealth: (tasks) => send('PublishHealthRequest', { metadata: metadata(), tasks, timestamp: seconds() }),
    publishMetrics: (tasks) =>
      send('PublishMetricsRequest', {
        metadata: { ...metadata(), ...(tasks.length === 0 && { idle: true }) },
        ...(tasks.length > 0 && { taskMetrics: tasks }),
        timestamp: seconds(),
      }),
    publishInstanceStatus: (status) =>
      send('PublishInstanceStatusRequest', {
        metadata: metadata(),
        statuses: [{ type: 'ContainerRuntime', status, lastUpdated: seconds(), lastStatusChange: seconds() }],
        timestamp: seconds(),
      }),
    close: () => link.close(),
  };
}
