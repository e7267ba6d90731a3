// The logs of all of this host's awslogs containers: one shipper each, its position in the agent's own state.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { parseAwslogsOptions, type AwslogsOptions } from '#core/telemetry/awslogs-options.ts';
import type { ResumePosition } from '#core/telemetry/resume-position.ts';
import { parseArn } from '#model/arn.ts';
import type { Runtime } from '../runtime.ts';
import type { StateStore } from '../state-store.ts';
import type { LogTarget, TaskLogs } from '../task-logs.ts';
import { openLogDestination, type DestinationResult } from './log-destination.ts';
import { startLogShipper, type LogShipper, type PositionStore } from './log-shipper.ts';
import type { LogSink } from './log-sink.ts';

export interface ContainerLogsOptions {
  readonly runtime: Pick<Runtime, 'logs'>;
  /** The service that takes a task's logs: its account's and its region's. */
  readonly sinkOf: (taskArn: string, region: string) => LogSink;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Followed {
  readonly shipper: LogShipper;
  /** Tells the shipper that the container will not start again. */
  readonly end: () => void;
}

const positionKey = (runtimeId: string): string => `log/${runtimeId}`;

/** Follows containers until they are drained. A container whose options make no sense was refused by `prepare` and is not followed. */
export function openContainerLogs(options: ContainerLogsOptions): TaskLogs {
  const followed = new Map<string, Followed>();

  const sinkOf = (target: Pick<LogTarget, 'taskArn'>, parsed: AwslogsOptions): LogSink =>
    options.sinkOf(target.taskArn, parsed.region ?? parseArn(target.taskArn)?.region ?? '');

  const parse = (target: Omit<LogTarget, 'runtimeId'>): AwslogsOptions | string => {
    const parsed = parseAwslogsOptions(target.options);
    return parsed.ok ? parsed.value : parsed.message;
  };

  return {
    async prepare(target): Promise<DestinationResult> {
      const parsed = parse(target);
      if (typeof parsed === 'string') return { ok: false, message: `failed to initialize logging driver: ${parsed}`, retriable: false };
      return openLogDestination(parsed, sinkOf(target, parsed));
    },
    follow(target) {
      if (followed.has(target.runtimeId)) return;
      const parsed = parse(target);
      if (typeof parsed === 'string') return;
      let end = (): void => {};
      const exited = new Promise<void>((resolve) => (end = resolve));
      const shipper = startLogShipper({
        open: (since) => options.runtime.logs(target.runtimeId, { follow: true, ...(since === undefined ? {} : { since }) }),
        exited,
        options: parsed,
        sink: sinkOf(target, parsed),
        position: positionOf(options.state, target.runtimeId),
        clock: options.clock,
        log: options.log,
      });
      followed.set(target.runtimeId, { shipper, end });
    },
    async drained(runtimeId) {
      const entry = followed.get(runtimeId);
      if (entry === undefined) return;
      entry.end();
      await entry.shipper.finished;
    },
    forget(runtimeId) {
      followed.delete(runtimeId);
      options.state.put(positionKey(runtimeId), undefined);
    },
  };
}

// Loaded once, at the shipper's start: the state's entries are what was there when the agent started.
function positionOf(state: StateStore, runtimeId: string): PositionStore {
  return {
    load: async () => state.entries.get(positionKey(runtimeId)) as ResumePosition | undefined,
    save: async (position) => state.put(positionKey(runtimeId), position),
  };
}
