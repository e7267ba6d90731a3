// One session that is open: the client's channel and the agent's, and what is carried between them. The client's may break and come
// back on another (ResumeSession); without the agent's there is no session.
import type { Clock, Timer } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { encodeAgentMessage, PAYLOAD, type MessageType } from '#link/exec/agent-message.ts';
import type { BinaryChannel } from '#link/exec/binary-channel.ts';
import { PROTOCOL_ERROR } from '#link/exec/ws-binary-channel.ts';
import { jsonBytes, parseObject, type AgentNote, type ChannelClosed, type ControlNote } from '#link/exec/payloads.ts';
import { openRelay } from './relay.ts';

export interface LiveSessionOptions {
  readonly sessionId: string;
  readonly target: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Once. */
  readonly onEnded: (end: { readonly reason: string; readonly exitCode?: number | undefined }) => void;
}

export interface LiveSession {
  /** A client that showed the token; one that was there before goes. */
  attachClient(channel: BinaryChannel): void;
  attachAgent(channel: BinaryChannel): void;
  readonly hasAgent: boolean;
  /** Ends it, with words for the user. */
  end(reason: string): void;
}

/** Amazon's plugin tries for about six seconds to come back. */
const CLIENT_AWAY_MS = 15_000;
const AGENT_COMES_MS = 20_000;

export function openLiveSession(options: LiveSessionOptions): LiveSession {
  const { clock, random, sessionId } = options;
  let client: BinaryChannel | undefined;
  let agent: BinaryChannel | undefined;
  let ended = false;
  let timer: Timer | undefined = clock.after(AGENT_COMES_MS, () => end('The agent of the host did not answer.'));

  const tell = (note: ControlNote): void => agent?.send(JSON.stringify(note));
  const message = (messageType: MessageType, payload: Uint8Array): Buffer =>
    encodeAgentMessage({ messageType, schemaVersion: 1, createdDate: clock.now(), sequenceNumber: 0, flags: SYN_FIN, messageId: uuid(random), payloadType: PAYLOAD.none, payload });

  const end = (reason: string, exitCode?: number): void => {
    if (ended) return;
    ended = true;
    timer?.cancel();
    const closed: ChannelClosed = {
      MessageId: uuid(random), CreatedDate: String(clock.now()), DestinationId: options.target, SessionId: sessionId,
      MessageType: 'channel_closed', SchemaVersion: 1, Output: reason,
    };
    client?.send(message('channel_closed', jsonBytes(closed)));
    client?.close();
    tell({ kind: 'end', reason });
    agent?.close();
    options.onEnded({ reason, exitCode });
  };

  /** Both are there: frames flow. */
  const join = (): void => {
    if (client === undefined || agent === undefined) return;
    timer?.cancel();
    const up = openRelay(client, agent);
    const down = openRelay(agent, client);
    const current = client;
    current.onMessage = (data, isText) => {
      if (!isText && client === current) up.carry(data);
    };
    agent.onMessage = (data, isText) => {
      if (isText) takeNote(data);
      else if (client === current) down.carry(data);
    };
    agent.resume();
    current.resume();
    current.send(message('start_publication', new Uint8Array()));
    tell({ kind: 'start' });
  };

  const takeNote = (data: Buffer): void => {
    const note = parseObject<AgentNote>(data);
    if (note?.kind !== 'ended') return;
    end(typeof note.output === 'string' ? note.output : '', typeof note.exitCode === 'number' ? note.exitCode : undefined);
  };

  const clientLeft = (code: number): void => {
    // Amazon's plugin never says goodbye; whoever does is not coming back.
    if (code === 1000) return end('The client left.');
    if (code === PROTOCOL_ERROR) return end('The client broke the protocol.');
    client = undefined;
    tell({ kind: 'pause' });
    // What the agent has sent meanwhile comes again: it must not wait for somebody who is gone.
    agent?.resume();
    timer?.cancel();
    timer = clock.after(CLIENT_AWAY_MS, () => end('The client went away.'));
  };

  return {
    get hasAgent() {
      return agent !== undefined;
    },
    attachClient(channel) {
      const before = client;
      client = channel;
      before?.close(1000, 'the session goes on elsewhere');
      channel.onClose = (code) => {
        if (client === channel && !ended) clientLeft(code);
      };
      if (agent === undefined) channel.pause();
      else join();
    },
    attachAgent(channel) {
      if (agent !== undefined || ended) return channel.close(1008, 'there is one already');
      agent = channel;
      channel.onClose = () => end('The connection to the host was lost.');
      if (client === undefined) channel.onMessage = (data, isText) => isText && takeNote(data);
      else join();
    },
    end,
  };
}

const SYN_FIN = 3;
