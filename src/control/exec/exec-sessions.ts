// The keeper of ECS Exec's sessions: lets a client in that shows the session's token, asks the host's agent to come, joins the two, and
// writes down what became of it. Both ends connect to us: agents may be where nobody can reach them.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Timer } from '#base/clock.ts';
import { hexId } from '#base/ids.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { endedSession, opens } from '#core/exec/plan-session.ts';
import type { BinaryChannel } from '#link/exec/binary-channel.ts';
import { parseObject, type OpenDataChannel } from '#link/exec/payloads.ts';
import type { LongshoreExecMessage } from '#link/messages.ts';
import { containerInstances } from '#model/container-instance.ts';
import { execSessions, sessionTarget, type ExecSession } from '#model/exec-session.ts';
import type { Store } from '#store/store.ts';
import { openLiveSession, type LiveSession } from './live-session.ts';

export interface ExecSessionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Sends a host's agent a message; false when it is not connected. */
  readonly ask: (hostArn: string, message: Omit<LongshoreExecMessage, 'messageId'>) => boolean;
}

export interface ExecSessions {
  /** Somebody connected for a session: the first frame must be its token. */
  acceptClient(sessionId: string, channel: BinaryChannel): void;
  /** Whether an agent may connect for a session: the host's own, with the ticket it was sent. To be asked before the handshake. */
  admitAgent(sessionId: string, ticket: string, principalArn: string): boolean;
  acceptAgent(sessionId: string, channel: BinaryChannel): void;
  readonly open: number;
  close(): void;
}

interface Open {
  readonly live: LiveSession;
  /** Shown once by the agent. */
  ticket: string | undefined;
}

const TOKEN_COMES_MS = 10_000;
/** Nobody needs more for a token. */
const MAX_TOKEN_FRAME_BYTES = 16 * 1024;
/** Connections that have not shown a token yet: strangers cannot take more of us than this. */
const MAX_UNKNOWN = 200;

export function openExecSessions(options: ExecSessionsOptions): ExecSessions {
  const { store, clock, random, log } = options;
  const open = new Map<string, Open>();
  let unknown = 0;

  const begin = (session: ExecSession): Open => {
    const live = openLiveSession({
      sessionId: session.id,
      target: sessionTarget(session),
      clock,
      random,
      onEnded(end) {
        open.delete(session.id);
        finish(session.id, end);
      },
    });
    const entry: Open = { live, ticket: hexId(random, 64) };
    open.set(session.id, entry);
    return entry;
  };

  const finish = (id: string, end: { readonly reason: string; readonly exitCode?: number | undefined }): void => {
    const session = store.get(execSessions, id);
    if (session === undefined || session.status === 'ENDED') return;
    store.transact((tx) => tx.put(execSessions, endedSession(session, end, clock.now())));
    log.info('exec session ended', { session: id, task: session.taskArn, container: session.containerName, owner: session.owner, ...end });
  };

  const summon = (session: ExecSession, { live, ticket }: Open): void => {
    const { id: sessionId, taskArn, containerName, command, owner, log: destination } = session;
    const asked = options.ask(session.hostArn, {
      sessionId, taskArn, containerName, command, owner, ticket: ticket ?? '',
      path: `/_ssm/agent-channel/${sessionId}`,
      ...(destination !== undefined && { log: destination }),
    });
    if (!asked) live.end('The host of the task is not connected.');
  };

  /** The token was right and is used up, durably: the same one opens nothing more, whatever happens to us. */
  const admit = async (id: string, channel: BinaryChannel): Promise<void> => {
    await store.durable();
    const session = store.get(execSessions, id);
    if (session?.status !== 'CONNECTED') return channel.close(1008, 'the session has ended');
    const known = open.get(id);
    if (known !== undefined) return known.live.attachClient(channel);
    const entry = begin(session);
    log.info('exec session begins', { session: id, task: session.taskArn, container: session.containerName, owner: session.owner, command: session.command });
    entry.live.attachClient(channel);
    summon(session, entry);
  };

  const takeToken = (id: string, frame: Buffer): boolean => {
    const shown = parseObject<OpenDataChannel>(frame)?.TokenValue;
    const now = clock.now();
    const session = store.get(execSessions, id);
    if (typeof shown !== 'string' || session === undefined || !opens(session, now) || !isToken(shown, session.token.digest)) return false;
    // A session that is CONNECTED in the store and not here was another process's: it has ended with it.
    if (session.status === 'CONNECTED' && !open.has(id)) return false;
    store.transact((tx) => tx.put(execSessions, { ...session, status: 'CONNECTED', usedDigest: session.token.digest, connectedAt: session.connectedAt ?? now }));
    return true;
  };

  // Whoever ends a session through the API says so in its row. Not at once: ending changes rows, and a watcher must not.
  const unwatch = store.watch(({ changes }) => {
    for (const { table, key, after } of changes) {
      if (table.name !== execSessions.name || !open.has(key)) continue;
      if ((after as ExecSession | undefined)?.terminatedBy !== undefined) queueMicrotask(() => open.get(key)?.live.end('The session was terminated.'));
    }
  });

  for (const session of [...store.by(execSessions, 'all', 'all')]) {
    if (session.status === 'CONNECTED') finish(session.id, { reason: 'the control plane was restarted' });
  }

  return {
    get open() {
      return open.size;
    },
    acceptClient(sessionId, channel) {
      if (unknown >= MAX_UNKNOWN) return channel.close(1013, 'too many connections');
      unknown++;
      const timer: Timer = clock.after(TOKEN_COMES_MS, () => channel.close(1008, 'no token came'));
      channel.onClose = () => {
        timer.cancel();
        unknown--;
      };
      channel.onMessage = (data, isText) => {
        if (data.length > MAX_TOKEN_FRAME_BYTES || !isText || !takeToken(sessionId, data)) {
          log.warn('exec session refused: wrong token', { session: sessionId });
          return channel.close(1008, 'the token is not valid');
        }
        timer.cancel();
        unknown--;
        // It has nothing to say before it is asked.
        channel.onMessage = () => {};
        channel.onClose = () => {};
        admit(sessionId, channel).catch((error: unknown) => {
          log.error('exec session not opened', { session: sessionId, error: String(error) });
          channel.close(1011, 'control plane failed');
        });
      };
    },
    admitAgent(sessionId, ticket, principalArn) {
      const entry = open.get(sessionId);
      const session = store.get(execSessions, sessionId);
      const host = session === undefined ? undefined : store.get(containerInstances, session.hostArn);
      if (entry?.ticket === undefined || host?.registeredBy !== principalArn || !sameText(ticket, entry.ticket)) return false;
      entry.ticket = undefined;
      return true;
    },
    acceptAgent(sessionId, channel) {
      const entry = open.get(sessionId);
      if (entry === undefined) return channel.close(1008, 'the session has ended');
      entry.live.attachAgent(channel);
    },
    close() {
      unwatch();
      for (const { live } of [...open.values()]) live.end('The control plane is going away.');
    },
  };
}

function isToken(shown: string, digest: string): boolean {
  return timingSafeEqual(createHash('sha256').update(shown).digest(), Buffer.from(digest, 'hex'));
}

function sameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
