// Access logs as the balancer sees them: it tells the names, a thread does the rest.
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { AccessLogNames } from '#core/balancer/access-log-line.ts';
import { hasWaitingRecords } from './access-log-files.ts';

export interface AccessLogSetting {
  readonly folder: string;
}

export interface AccessLogMessage {
  readonly groups: readonly (readonly [string, string])[];
  readonly certificates: readonly (readonly [string, string])[];
  /** One more pass, and the end. */
  readonly isLast: boolean;
}

export interface AccessLog {
  /** @param isWanted some listener has access logs: without, and without records from before, there is no thread */
  update(names: AccessLogNames, isWanted: boolean): void;
  /** Resolves when all records that are there have become lines. */
  close(): Promise<void>;
}

const RETRY_MS = 5_000;

/** @param folder absolute; HAProxy writes its records there */
export function openAccessLog(folder: string, clock: Clock, log: Logger): AccessLog {
  let names: AccessLogNames = { groups: new Map(), certificates: new Map() };
  let thread: Worker | undefined;
  let retry: Timer | undefined;
  let closed = false;

  const tell = (isLast: boolean): void => thread?.postMessage({ groups: [...names.groups], certificates: [...names.certificates], isLast } satisfies AccessLogMessage);
  const start = (): void => {
    const worker = new Worker(new URL('./access-log-thread.ts', import.meta.url), { workerData: { folder } satisfies AccessLogSetting });
    thread = worker;
    worker.unref();
    worker.on('error', (error) => log.error('access log: its thread failed, will be started again', { error: String(error) }));
    worker.on('exit', () => {
      thread = undefined;
      if (!closed) retry = clock.after(RETRY_MS, start);
    });
    tell(false);
  };

  return {
    update(next, isWanted) {
      names = next;
      if (thread !== undefined) tell(false);
      else if (retry === undefined && (isWanted || hasWaitingRecords(folder))) start();
    },
    async close() {
      closed = true;
      retry?.cancel();
      const worker = thread;
      if (worker === undefined) return;
      worker.ref();
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      tell(true);
      await ended;
    },
  };
}
