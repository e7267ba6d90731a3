// The agent's end of the ACS connection: stays connected, hands payloads and manifests to the agent, acknowledges what
// it has taken, and answers heartbeats.
//
// Order: frames are handed on one after the other, in the order received, each when the one before was dealt with. An
// order that is older than the last one taken for its task (a repeated or late frame) is dropped here.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { Channel, Connect } from './channel.ts';
import { decodeAcsToAgent, encodeFrame } from './codec.ts';
import type { FrameOf } from './codec.ts';
import type { AcsToAgent, AgentToAcs, LongshoreExecMessage, NetworkStateMessage, PayloadMessage, RoleCredentials, TaskIdentifier, TaskManifestMessage } from './messages.ts';
import { LINK_VERSION } from './join.ts';
import { openReconnecting } from './reconnect.ts';

/** Who connects: what the upgrade's query says. */
export interface AgentIdentity {
  readonly cluster: string;
  readonly containerInstanceArn: string;
  readonly agentVersion: string;
  readonly agentHash: string;
  readonly dockerVersion: string;
  /** LONGSHORE: one for each life of the agent's process. */
  readonly processId: string;
  /** LONGSHORE: of a host that joined over a network. */
  readonly machine?: string;
}

export interface AgentSessionHandler {
  /** Resolves when every task was taken, durably: only then is the payload acknowledged. Rejects: a nack, and it comes again. */
  onPayload(message: PayloadMessage): Promise<void>;
  /** The control plane's full list. Resolves with the tasks that run here and are not wanted: they are asked about before they stop. */
  onManifest(message: TaskManifestMessage): Promise<readonly TaskIdentifier[]>;
  /** These of the asked-about tasks must stop. */
  onStopVerified(tasks: readonly TaskIdentifier[]): void;
  /** A session of ECS Exec is to be opened. */
  onExec?(message: LongshoreExecMessage): void;
  onRoleCredentials?(taskArn: string, roleType: 'TaskApplication' | 'TaskExecution', credentials: RoleCredentials): void;
  /** What this host is to know of its VPCs: false when it builds on something not known here; everything comes then. */
  onNetworkState?(message: NetworkStateMessage): boolean;
  onConnected?(): void;
  onDisconnected?(): void;
  /** The control plane has deregistered this host. The connection is tried again in an hour, unless the session is closed. */
  onInactive?(message: string): void;
}

export interface AgentSessionOptions {
  readonly identity: AgentIdentity;
  readonly connect: Connect;
  /** The ACS endpoint; asked for before every connection. */
  readonly discover: () => Promise<string>;
  /** Highest sequence number ever seen by this host (its state file), 0 for none. */
  readonly lastSeqNum: number;
  readonly handler: AgentSessionHandler;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Default 70 s: three heartbeats. */
  readonly silenceMs?: number;
}

export interface AgentSession {
  readonly connected: boolean;
  /** Highest seqNum or timeline seen: to be kept in the state file. */
  readonly lastSeqNum: number;
  close(): void;
}

const INACTIVE_WAIT_MS = 3_600_000;

export function openAgentSession(options: AgentSessionOptions): AgentSession {
  const { identity, handler, log } = options;
  let lastSeqNum = options.lastSeqNum;
  let connections = 0;
  let current: Channel | undefined;

  const serve = (channel: Channel): void => {
    const send = <Type extends keyof AgentToAcs & string>(type: Type, message: AgentToAcs[Type]): void =>
      channel.send(encodeFrame<AgentToAcs, Type>(type, message));
    const address = { cluster: identity.cluster, containerInstance: identity.containerInstanceArn };
    // Per connection: the control plane starts afresh on each with the newest state of everything.
    const latest = new Map<string, number>();
    let manifestId: string | undefined;
    let turn: Promise<void> = Promise.resolve();
    current = channel;

    const takePayload = async (message: PayloadMessage): Promise<void> => {
      const seqNum = message.seqNum ?? 0;
      const tasks = message.tasks.filter((task) => (latest.get(task.arn) ?? 0) <= seqNum);
      for (const task of tasks) latest.set(task.arn, seqNum);
      lastSeqNum = Math.max(lastSeqNum, seqNum);
      try {
        await handler.onPayload({ ...message, tasks });
        send('AckRequest', { ...address, messageId: message.messageId });
      } catch (error) {
        log.error('payload not taken', { messageId: message.messageId, error: String(error) });
        send('NackRequest', { ...address, messageId: message.messageId, reason: String(error) });
      }
    };

    const takeManifest = async (message: TaskManifestMessage): Promise<void> => {
      if (message.timeline <= lastSeqNum) return log.debug('old manifest passed over', { timeline: message.timeline, lastSeqNum });
      lastSeqNum = message.timeline;
      manifestId = message.messageId;
      const stopCandidates = await handler.onManifest(message);
      if (stopCandidates.length > 0) send('TaskStopVerificationMessage', { messageId: message.messageId, stopCandidates });
    };

    const take = async (frame: FrameOf<AcsToAgent>): Promise<void> => {
      // Frames that waited while the connection was lost are older than what the next one says.
      if (current !== channel) return;
      switch (frame.type) {
        case 'PayloadMessage':
          return takePayload(frame.message);
        case 'TaskManifestMessage':
          return takeManifest(frame.message);
        case 'TaskStopVerificationAck':
          if (frame.message.messageId === manifestId) handler.onStopVerified(frame.message.stopTasks);
          return;
        case 'IAMRoleCredentialsMessage': {
          const { messageId, taskArn, roleType, roleCredentials } = frame.message;
          handler.onRoleCredentials?.(taskArn, roleType, roleCredentials);
          const { credentialsId, expiration } = roleCredentials;
          return send('IAMRoleCredentialsAckRequest', { messageId, credentialsId, expiration });
        }
        case 'NetworkStateMessage': {
          const { messageId } = frame.message;
          return send('NetworkStateAckRequest', { messageId, taken: handler.onNetworkState?.(frame.message) ?? true });
        }
        case 'LongshoreExecMessage':
          return handler.onExec?.(frame.message);
        case 'InactiveInstanceException':
          handler.onInactive?.(frame.message.message);
          return;
        case 'ErrorMessage':
          return log.warn('control plane reports an error', { message: frame.message.message });
        case 'HeartbeatMessage':
        case 'CloseMessage':
          return;
      }
    };

    channel.onMessage = (text) => {
      link.heard();
      const decoded = decodeAcsToAgent(text);
      if (!decoded.ok) return log.warn('frame passed over', { error: decoded.error });
      const { frame } = decoded;
      // Not queued: the answer says that the connection lives, however busy the agent is.
      if (frame.type === 'HeartbeatMessage') return send('HeartbeatAckRequest', { messageId: frame.message.messageId });
      turn = turn.then(() => take(frame)).catch((error: unknown) => log.error('frame not dealt with', { type: frame.type, error: String(error) }));
    };
    handler.onConnected?.();
  };

  const link = openReconnecting({
    name: 'orders',
    silenceMs: options.silenceMs ?? 70_000,
    clock: options.clock,
    random: options.random,
    log,
    async connect() {
      const endpoint = await options.discover();
      return options.connect(websocketUrl(endpoint), {
        agentHash: identity.agentHash,
        agentVersion: identity.agentVersion,
        clusterArn: identity.cluster,
        containerInstanceArn: identity.containerInstanceArn,
        dockerVersion: identity.dockerVersion,
        protocolVersion: '2',
        sendCredentials: connections++ === 0 ? 'true' : 'false',
        seqNum: String(Math.max(1, lastSeqNum)),
        ...ownQuery(identity),
      });
    },
    onOpen: serve,
    onLost() {
      current = undefined;
      handler.onDisconnected?.();
    },
    refusedWaitMs(error) {
      if (!(error instanceof ConnectRefused) || error.type !== 'InactiveInstanceException') return undefined;
      handler.onInactive?.(error.message);
      return INACTIVE_WAIT_MS;
    },
  });

  return {
    get connected() {
      return link.connected;
    },
    get lastSeqNum() {
      return lastSeqNum;
    },
    close: () => link.close(),
  };
}

/** The upgrade was refused with a frame: what `Connect` rejects with when the other side answered. */
export class ConnectRefused extends Error {
  /** `InactiveInstanceException`, or an AWS error code. */
  readonly type: string;
  readonly httpStatus: number;
  constructor(type: string, message: string, httpStatus: number) {
    super(message);
    this.name = 'ConnectRefused';
    this.type = type;
    this.httpStatus = httpStatus;
  }
}

/** What our agent says beside what Amazon's does. */
export function ownQuery({ processId, machine }: AgentIdentity): Record<string, string> {
  return { longshoreLink: String(LINK_VERSION), longshoreProcess: processId, ...(machine !== undefined && { longshoreMachine: machine }) };
}

/** `http://h:1/path` → `ws://h:1/path/ws`, as Amazon's agent builds it. */
export function websocketUrl(endpoint: string): string {
  return `${endpoint.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`;
}
