// The control plane's end of one ACS connection: sends orders and keeps them until the agent acknowledges, sends the
// manifest and answers its stop candidates, keeps the connection alive and ends it after half an hour.
import type { Clock, Timer } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { Channel } from './channel.ts';
import { decodeAgentToAcs, encodeFrame } from './codec.ts';
import type { AcsToAgent, IAMRoleCredentialsMessage, LongshoreExecMessage, NetworkStateMessage, PayloadTask, TaskIdentifier } from './messages.ts';

export interface AcsTimes {
  /** Amazon's agent hangs up after 60 s of silence. */
  readonly heartbeatMs: number;
  /** Without a word from the agent for so long, the connection counts as dead. */
  readonly silenceMs: number;
  /** An order that is not acknowledged by then is sent again. */
  readonly resendMs: number;
  /** The connection is closed with 1000 after this (± a sixth), so that agents spread over control planes. */
  readonly lifetimeMs: number;
}

export const ACS_TIMES: AcsTimes = { heartbeatMs: 20_000, silenceMs: 65_000, resendMs: 5_000, lifetimeMs: 30 * 60_000 };

export interface AcsSessionOptions {
  readonly channel: Channel;
  readonly clusterArn: string;
  readonly containerInstanceArn: string;
  /** Greater than every number this host has seen; the session counts on from it. */
  readonly firstSeqNum: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly times?: Partial<AcsTimes>;
  /** The agent has taken these orders, as they were sent. */
  readonly onAcknowledged: (orders: readonly PayloadTask[]) => void;
  /** The agent could not take them; they are sent again later. */
  readonly onRefused: (orders: readonly PayloadTask[], reason: string) => void;
  /** Tasks the agent runs that the manifest does not want to run: the answer is those that must stop. */
  readonly onStopCandidates: (candidates: readonly TaskIdentifier[]) => Promise<readonly TaskIdentifier[]>;
  /** The agent's answer to what it was sent of its networks. */
  readonly onNetworkAck?: (messageId: string, taken: boolean) => void;
  /** Once, at the agent's first frame: somebody is there. */
  readonly onHeard?: () => void;
  /** Once, whoever closed it. */
  readonly onClosed: (code: number, reason: string) => void;
}

export interface AcsSession {
  /** Sends orders, newest state of each task; an order not yet acknowledged for the same task is withdrawn. */
  sendOrders(orders: readonly PayloadTask[]): void;
  /** The whole list of the host's tasks. */
  sendManifest(tasks: readonly TaskIdentifier[]): void;
  /** New credentials of a task's role. Not repeated: they come with every connection. */
  sendCredentials(credentials: Omit<IAMRoleCredentialsMessage, 'messageId'>): void;
  /** What the host is to know of its VPCs. Not repeated here: the sender waits for onNetworkAck. */
  sendNetworkState(message: NetworkStateMessage): void;
  /** A session of ECS Exec is to be opened. Not repeated: its client waits for it. */
  sendExec(message: Omit<LongshoreExecMessage, 'messageId'>): void;
  /** The last sequence number used. */
  readonly seqNum: number;
  close(code?: number, reason?: string): void;
}

/** Orders in one message: the agent acknowledges a message as a whole. */
const ORDERS_PER_MESSAGE = 50;

interface Unacknowledged {
  readonly seqNum: number;
  readonly generatedAt: number;
  orders: readonly PayloadTask[];
  sentAt: number;
}

export function openAcsSession(options: AcsSessionOptions): AcsSession {
  const { channel, clock, random, log } = options;
  const times = { ...ACS_TIMES, ...options.times };
  const unacknowledged = new Map<string, Unacknowledged>();
  const timers = new Map<'heartbeat' | 'resend' | 'lifetime', Timer>();
  let seqNum = options.firstSeqNum - 1;
  let manifestId: string | undefined;
  let heardAt = clock.now();
  let heard = false;
  let closed = false;

  const addressed = (messageId: string) => ({
    messageId,
    clusterArn: options.clusterArn,
    containerInstanceArn: options.containerInstanceArn,
  });
  const send = <Type extends keyof AcsToAgent & string>(type: Type, message: AcsToAgent[Type]): void => {
    if (!closed) channel.send(encodeFrame<AcsToAgent, Type>(type, message));
  };
  const later = (name: 'heartbeat' | 'resend' | 'lifetime', delayMs: number, run: () => void): void => {
    timers.get(name)?.cancel();
    timers.set(name, clock.after(delayMs, run));
  };
  const end = (code: number, reason: string): void => {
    if (closed) return;
    closed = true;
    for (const timer of timers.values()) timer.cancel();
    options.onClosed(code, reason);
  };
  const close = (code = 1000, reason = ''): void => {
    if (closed) return;
    channel.close(code, reason);
    end(code, reason);
  };

  const sendPayload = (messageId: string, entry: Unacknowledged): void => {
    entry.sentAt = clock.now();
    send('PayloadMessage', { ...addressed(messageId), seqNum: entry.seqNum, generatedAt: entry.generatedAt, tasks: entry.orders });
  };

  const withdraw = (taskArns: ReadonlySet<string>): void => {
    for (const [messageId, entry] of unacknowledged) {
      if (!entry.orders.some((order) => taskArns.has(order.arn))) continue;
      entry.orders = entry.orders.filter((order) => !taskArns.has(order.arn));
      if (entry.orders.length === 0) unacknowledged.delete(messageId);
    }
  };

  const resend = (): void => {
    const due = clock.now() - times.resendMs;
    for (const [messageId, entry] of unacknowledged) if (entry.sentAt <= due) sendPayload(messageId, entry);
    if (unacknowledged.size > 0) later('resend', times.resendMs, resend);
    else timers.delete('resend');
  };

  const sendOrders = (orders: readonly PayloadTask[]): void => {
    withdraw(new Set(orders.map((order) => order.arn)));
    for (let from = 0; from < orders.length; from += ORDERS_PER_MESSAGE) {
      const messageId = uuid(random);
      const entry = { seqNum: ++seqNum, generatedAt: clock.now(), orders: orders.slice(from, from + ORDERS_PER_MESSAGE), sentAt: 0 };
      unacknowledged.set(messageId, entry);
      sendPayload(messageId, entry);
    }
    if (!timers.has('resend')) later('resend', times.resendMs, resend);
  };

  const beat = (): void => {
    if (clock.now() - heardAt >= times.silenceMs) return close(1001, 'agent is silent');
    send('HeartbeatMessage', { messageId: uuid(random), healthy: true });
    later('heartbeat', times.heartbeatMs, beat);
  };

  const answerStopCandidates = async (messageId: string, candidates: readonly TaskIdentifier[]): Promise<void> => {
    // An answer to an older manifest would be about older facts.
    if (messageId !== manifestId) return;
    const stopTasks = await options.onStopCandidates(candidates);
    if (messageId === manifestId) send('TaskStopVerificationAck', { messageId, generatedAt: clock.now(), stopTasks });
  };

  channel.onClose = end;
  channel.onMessage = (text) => {
    if (closed) return;
    heardAt = clock.now();
    const decoded = decodeAgentToAcs(text);
    if (!decoded.ok) {
      log.warn('agent frame passed over', { host: options.containerInstanceArn, error: decoded.error });
      // Who speaks nonsense is told so, not listened to any longer.
      if (decoded.kind === 'malformed') close(1008, `malformed frame: ${decoded.error}`);
      return;
    }
    if (!heard) options.onHeard?.();
    heard = true;
    const { frame } = decoded;
    if (frame.type === 'AckRequest') {
      const entry = unacknowledged.get(frame.message.messageId);
      if (entry === undefined) return;
      unacknowledged.delete(frame.message.messageId);
      options.onAcknowledged(entry.orders);
    } else if (frame.type === 'NackRequest') {
      const entry = unacknowledged.get(frame.message.messageId);
      if (entry !== undefined) options.onRefused(entry.orders, frame.message.reason ?? '');
    } else if (frame.type === 'NetworkStateAckRequest') {
      options.onNetworkAck?.(frame.message.messageId, frame.message.taken);
    } else if (frame.type === 'TaskStopVerificationMessage') {
      answerStopCandidates(frame.message.messageId, frame.message.stopCandidates).catch((error: unknown) =>
        log.error('stop candidates not answered', { error: String(error) }),
      );
    }
  };
  later('heartbeat', times.heartbeatMs, beat);
  later('lifetime', times.lifetimeMs * (5 / 6 + random.next() / 3), () => close(1000, 'ConnectionExpired: Reconnect to continue'));

  return {
    sendOrders,
    sendExec: (message) => send('LongshoreExecMessage', { messageId: uuid(random), ...message }),
    sendCredentials: (credentials) => send('IAMRoleCredentialsMessage', { messageId: uuid(random), ...credentials }),
    sendNetworkState: (message) => send('NetworkStateMessage', message),
    sendManifest(tasks) {
      manifestId = uuid(random);
      send('TaskManifestMessage', { ...addressed(manifestId), generatedAt: clock.now(), timeline: ++seqNum, tasks });
    },
    get seqNum() {
      return seqNum;
    },
    close,
  };
}
