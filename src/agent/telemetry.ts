// Health and metrics of the tasks here, as TCS carries them.
import type { Clock, Timer } from '#base/clock.ts';
import type { ContainerHealth, ContainerMetric, CWStatsSet, TaskHealth, TaskMetric } from '#link/messages.ts';
import type { ContainerStats, Runtime } from './runtime.ts';
import type { TaskRunner } from './task-runner.ts';

export interface TelemetryOutlet {
  publishHealth(tasks: readonly TaskHealth[]): void;
  publishMetrics(tasks: readonly TaskMetric[]): void;
}

export interface Telemetry {
  /** A container's health has changed: told at once. */
  healthChanged(runner: TaskRunner): void;
  /** The connection is there: tell everything. */
  publishAll(): void;
  close(): void;
}

const MIB = 2 ** 20;

export function openTelemetry(options: { runtime: Pick<Runtime, 'stats'>; clock: Clock; intervalMs: number; runners: () => Iterable<TaskRunner>; outlet: () => TelemetryOutlet | undefined }): Telemetry {
  const { runtime, clock, runners } = options;
  const previous = new Map<string, ContainerStats>();
  let timer: Timer | undefined;

  const metrics = async (): Promise<void> => {
    const tasks: TaskMetric[] = [];
    const seen = new Set<string>();
    for (const runner of [...runners()]) {
      const containerMetrics = await taskMetrics(runtime, runner, previous, seen);
      const { arn, family, version } = runner.context.payload;
      if (containerMetrics.length > 0) tasks.push({ taskArn: arn, taskDefinitionFamily: family, taskDefinitionVersion: version, containerMetrics });
    }
    for (const id of [...previous.keys()]) if (!seen.has(id)) previous.delete(id);
    options.outlet()?.publishMetrics(tasks);
  };

  const publishAll = (): void => {
    const tasks = [...runners()].flatMap((runner) => viewHealth(runner) ?? []);
    if (tasks.length > 0) options.outlet()?.publishHealth(tasks);
  };

  const tick = (): void => {
    publishAll();
    void metrics().finally(schedule);
  };
  const schedule = (): void => {
    timer = clock.after(options.intervalMs, tick);
  };
  schedule();

  return {
    healthChanged(runner) {
      const health = viewHealth(runner);
      if (health !== undefined) options.outlet()?.publishHealth([health]);
    },
    publishAll,
    close: () => timer?.cancel(),
  };
}

/** Only containers with a health check of the definition's own have health; an image's is not ECS's business. */
export function viewHealth(runner: TaskRunner): TaskHealth | undefined {
  const { payload } = runner.context;
  const containers = payload.containers.flatMap((container): ContainerHealth[] => {
    const state = runner.run.containers[container.name];
    if (container.healthCheckType === undefined || state === undefined || state.startedAtMs === undefined) return [];
    return [{ containerName: container.name, healthStatus: state.health, statusSince: (state.healthSinceMs ?? state.startedAtMs) / 1000 }];
  });
  if (containers.length === 0) return undefined;
  return { taskArn: payload.arn, clusterArn: payload.taskClusterArn, taskDefinitionFamily: payload.family, taskDefinitionVersion: payload.version, containers };
}

async function taskMetrics(runtime: Pick<Runtime, 'stats'>, runner: TaskRunner, previous: Map<string, ContainerStats>, seen: Set<string>): Promise<ContainerMetric[]> {
  const metrics: ContainerMetric[] = [];
  for (const { name } of runner.context.payload.containers) {
    const state = runner.run.containers[name];
    if (state?.phase !== 'running' || state.runtimeId === undefined) continue;
    const outcome = await runtime.stats(state.runtimeId);
    if (!outcome.ok || outcome.value === undefined) continue;
    const before = previous.get(state.runtimeId);
    previous.set(state.runtimeId, outcome.value);
    seen.add(state.runtimeId);
    if (before === undefined || outcome.value.atMs <= before.atMs) continue;
    metrics.push({
      containerName: name,
      cpuStatsSet: one(cpuPercent(before, outcome.value)),
      memoryStatsSet: one(outcome.value.memoryBytes / MIB),
    });
  }
  return metrics;
}

/** 100 = one whole core. */
function cpuPercent(before: ContainerStats, now: ContainerStats): number {
  return (Math.max(0, now.cpuUsageNs - before.cpuUsageNs) / ((now.atMs - before.atMs) * 1e6)) * 100;
}

function one(value: number): CWStatsSet {
  return { min: value, max: value, sampleCount: 1, sum: value };
}
