// What agents publish over TCS: container health goes into the tasks' rows, the state of the container runtime into the
// host's, metrics to whoever keeps them.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { applyHealthReport } from '#core/task/report.ts';
import type { Channel } from '#link/channel.ts';
import type { AgentToTcs } from '#link/messages.ts';
import { openTcsSession } from '#link/tcs-server.ts';
import type { TcsSession } from '#link/tcs-server.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { Store } from '#store/store.ts';

/** Keeps metrics; filled in by app/. */
export type MetricsSink = (host: ContainerInstance, request: AgentToTcs['PublishMetricsRequest']) => void;

export interface TelemetryIntakeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: MetricsSink;
}

export interface TelemetryIntake {
  accept(channel: Channel, hostArn: string): void;
  close(): void;
}

const RUNTIME_STATUSES = ['OK', 'IMPAIRED', 'INSUFFICIENT_DATA', 'INITIALIZING'] as const;

export function openTelemetryIntake({ store, clock, log, metrics }: TelemetryIntakeOptions): TelemetryIntake {
  const sessions = new Map<string, TcsSession>();

  const takeHealth = (hostArn: string, request: AgentToTcs['PublishHealthRequest']): void => {
    store.transact((tx) => {
      for (const reported of request.tasks ?? []) {
        const task = tx.get(tasks, reported.taskArn);
        if (task !== undefined && task.hostArn !== hostArn) log.warn('health of a task of another host passed over', { host: hostArn, task: reported.taskArn });
        if (task === undefined || task.hostArn !== hostArn) continue;
        const next = applyHealthReport(task, reported.containers.map((c) => ({ name: c.containerName, status: c.healthStatus })));
        if (next !== task) tx.put(tasks, next);
      }
    });
  };

  const takeStatus = (hostArn: string, request: AgentToTcs['PublishInstanceStatusRequest']): void => {
    const reported = request.statuses?.find((s) => s.type === 'ContainerRuntime')?.status;
    const status = RUNTIME_STATUSES.find((known) => known === reported);
    if (status === undefined) return;
    store.transact((tx) => {
      const host = tx.get(containerInstances, hostArn);
      if (host === undefined || host.health?.status === status) return;
      tx.put(containerInstances, { ...host, health: { status, at: clock.now() }, version: host.version + 1 });
    });
  };

  return {
    accept(channel, hostArn) {
      sessions.get(hostArn)?.close(1000, 'another connection took over');
      const session = openTcsSession({
        channel,
        clock,
        log,
        onMetrics(request) {
          const host = store.get(containerInstances, hostArn);
          if (host !== undefined) metrics?.(host, request);
        },
        onHealth: (request) => takeHealth(hostArn, request),
        onInstanceStatus: (request) => takeStatus(hostArn, request),
        onClosed() {
          if (sessions.get(hostArn) === session) sessions.delete(hostArn);
        },
      });
      sessions.set(hostArn, session);
    },
    close() {
      const open = [...sessions.values()];
      sessions.clear();
      for (const session of open) session.close(1001, 'control plane is going away');
    },
  };
}
