// All sessions of ECS Exec on this host: connects to the control plane for each, keeps their number within bounds, and ends commands
// that an earlier life of the agent left running.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { BinaryConnect } from '#link/exec/binary-channel.ts';
import type { LongshoreExecMessage } from '#link/messages.ts';
import { SESSIONS_PER_CONTAINER } from '#model/exec-session.ts';
import type { LogSink } from '../logs/log-sink.ts';
import type { Runtime } from '../runtime.ts';
import type { StateStore } from '../state-store.ts';
import type { TaskRunner } from '../task-runner.ts';
import { openExecSession, type ExecSession } from './exec-session.ts';
import { noSessionLog, openSessionLog } from './session-log.ts';

export interface ExecHostOptions {
  readonly connect: BinaryConnect;
  /** The ACS endpoint: sessions go to the same host and port. */
  readonly endpoint: () => Promise<string>;
  readonly runners: ReadonlyMap<string, TaskRunner>;
  readonly runtime: Pick<Runtime, 'exec' | 'killExec'>;
  readonly sinkOf: (taskArn: string, region: string) => LogSink;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ExecHost {
  take(message: LongshoreExecMessage): void;
  /** Ends what an earlier life left. */
  recover(): Promise<void>;
  close(): void;
}

const KEY = 'exec/';

export function openExecHost(options: ExecHostOptions): ExecHost {
  const { state, runtime, clock, random, log } = options;
  const open = new Map<string, { readonly session: ExecSession; readonly container: string }>();

  const run = async (message: LongshoreExecMessage): Promise<void> => {
    const { sessionId, taskArn, containerName, command, owner } = message;
    const url = new URL(message.path, (await options.endpoint()).replace(/^http/, 'ws'));
    const channel = await options.connect(url.href, { ticket: message.ticket });
    const refuse = (output: string): void => {
      channel.send(JSON.stringify({ kind: 'ended', output }));
      channel.close();
    };
    const container = options.runners.get(taskArn)?.run.containers[containerName];
    if (container?.runtimeId === undefined || container.phase !== 'running') return refuse(`The container ${containerName} is not running.`);
    const place = `${taskArn}|${containerName}`;
    if ([...open.values()].filter((one) => one.container === place).length >= SESSIONS_PER_CONTAINER) return refuse(`The container ${containerName} has ${SESSIONS_PER_CONTAINER} sessions already.`);
    const record = message.log === undefined ? noSessionLog : openSessionLog({ sink: options.sinkOf(taskArn, message.log.region), group: message.log.group, stream: sessionId, clock, log });
    log.info('exec session begins', { session: sessionId, task: taskArn, container: containerName, owner, command });
    const session = openExecSession({
      sessionId, channel, runtime, runtimeId: container.runtimeId, command, owner, record, clock, random, log,
      onBegun: (execId) => state.put(KEY + sessionId, execId),
      onEnded() {
        open.delete(sessionId);
        state.put(KEY + sessionId, undefined);
      },
    });
    open.set(sessionId, { session, container: place });
  };

  return {
    take(message) {
      if (open.has(message.sessionId)) return;
      run(message).catch((error: unknown) => log.warn('exec session not opened', { session: message.sessionId, error: String(error) }));
    },
    async recover() {
      for (const [key, execId] of [...state.entries]) {
        if (!key.startsWith(KEY)) continue;
        const killed = await runtime.killExec(String(execId));
        if (!killed.ok) log.warn('a command of an earlier session may still run', { session: key.slice(KEY.length), error: killed.failure.message });
        state.put(key, undefined);
      }
    },
    close() {
      for (const { session } of open.values()) session.end('The agent is going away.');
    },
  };
}
