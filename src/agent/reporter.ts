// Sends state changes to the control plane, in order per task, until each is acknowledged. What is kept across a restart is
// only how far the control plane is known to have heard (the mark in the task's record): the rest is derived again.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { AgentApiError } from '#link/agent-api.ts';
import type { AgentApi, SubmitTaskRequest } from '#link/agent-api.ts';

export interface Reporter {
  /** Queues a report behind the task's earlier ones. `acknowledged` is called once the control plane has it, or has refused it for good. */
  submit(request: SubmitTaskRequest, acknowledged: () => void): void;
  /** The control plane is back: waiting reports go now. */
  hurry(): void;
  /** Reports not yet acknowledged. */
  readonly pending: number;
}

interface Queue {
  readonly waiting: { readonly request: SubmitTaskRequest; readonly acknowledged: () => void }[];
}

const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 30_000;

export function openReporter(options: { api: Pick<AgentApi, 'submitTaskStateChange'>; clock: Clock; random: Random; log: Logger }): Reporter {
  const { api, clock, random, log } = options;
  const queues = new Map<string, Queue>();
  let pending = 0;
  const pauses = new Set<() => void>();

  /** A pause that hurry() ends early. */
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        pauses.delete(end);
        resolve();
      };
      const timer = clock.after(ms, end);
      pauses.add(end);
    });

  const send = async (request: SubmitTaskRequest): Promise<void> => {
    for (let waitMs = RETRY_MIN_MS; ; waitMs = Math.min(RETRY_MAX_MS, waitMs * 2)) {
      try {
        return await api.submitTaskStateChange(request);
      } catch (error) {
        if (isFinal(error)) {
          log.warn('the control plane refused a state change', { task: request.task, status: request.status, error: String(error) });
          return;
        }
        log.debug('state change not sent; trying again', { task: request.task, status: request.status, waitMs, error: String(error) });
        await pause(waitMs * (0.75 + random.next() / 2));
      }
    }
  };

  const drain = async (task: string, queue: Queue): Promise<void> => {
    for (let next = queue.waiting[0]; next !== undefined; next = queue.waiting[0]) {
      await send(next.request);
      queue.waiting.shift();
      pending -= 1;
      next.acknowledged();
    }
    queues.delete(task);
  };

  return {
    get pending() {
      return pending;
    },
    submit(request, acknowledged) {
      pending += 1;
      const queue = queues.get(request.task);
      if (queue !== undefined) {
        queue.waiting.push({ request, acknowledged });
        return;
      }
      const fresh: Queue = { waiting: [{ request, acknowledged }] };
      queues.set(request.task, fresh);
      void drain(request.task, fresh);
    },
    hurry() {
      for (const end of [...pauses]) end();
    },
  };
}

/** Refusals that a repetition cannot change. Anything that smells of the server's own trouble is tried again. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof AgentApiError)) return false;
  if (error.httpStatus >= 500 || error.httpStatus === 429) return false;
  return !/throttl|ServerException|ExpiredToken|RequestExpired|AccessDenied|UnrecognizedClient|InvalidSignature/i.test(error.code);
}
