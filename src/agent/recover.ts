// After the agent was killed: a task's state from its record and from what the runtime says of its containers. Nothing here
// starts anything; the recovered run goes through the same nextSteps as any other.
import { absorb } from '#core/task-run/absorb.ts';
import type { Fact } from '#core/task-run/fact.ts';
import { withContainer } from '#core/task-run/run.ts';
import type { TaskRun } from '#core/task-run/run.ts';
import { exitOf } from './errands.ts';
import type { ContainerInfo } from './runtime.ts';
import type { ProgressRecord } from './task-record.ts';
import { restoreRun } from './task-record.ts';

/**
 * @param fresh a new run of the same plan
 * @param record undefined when the agent died before it wrote one
 * @param found the task's containers by container name
 */
export function recoverRun(fresh: TaskRun, record: ProgressRecord | undefined, found: ReadonlyMap<string, ContainerInfo>, nowMs: number): TaskRun {
  let run = record === undefined ? fresh : restoreRun(fresh, record);
  const facts: Fact[] = [];
  for (const plan of fresh.plan.containers) {
    const kept = record?.containers[plan.name];
    if (kept?.phase === 'stopped') continue;
    const info = found.get(plan.name);
    if (info === undefined) {
      if (kept?.runtimeId !== undefined) facts.push(...vanished(plan.name, kept, nowMs));
      continue;
    }
    run = withContainer(run, plan.name, adopted(info));
    if (info.state === 'exited') facts.push({ ...exitOf(info, nowMs), container: plan.name });
    if (info.state === 'running' && info.health !== 'none' && info.health !== 'starting') {
      facts.push({ kind: 'health', container: plan.name, health: info.health === 'healthy' ? 'HEALTHY' : 'UNHEALTHY', atMs: nowMs });
    }
  }
  return facts.reduce((so, fact) => absorb(so, fact, nowMs), absorb(run, { kind: 'tick' }, nowMs));
}

function adopted(info: ContainerInfo) {
  const started = info.startedAtMs !== undefined && info.state !== 'created';
  return {
    phase: started ? ('running' as const) : ('created' as const),
    runtimeId: info.id,
    ...(started && { startedAtMs: info.startedAtMs, lastStartAtMs: info.startedAtMs }),
  };
}

/** We had it and somebody removed it while nobody looked: its end is certain, its exit code is lost. */
function vanished(name: string, kept: ProgressRecord['containers'][string], nowMs: number): Fact[] {
  if (kept.phase !== 'running') return [];
  return [{ kind: 'exited', container: name, exit: { oomKilled: false, finishedAtMs: nowMs, error: `NoSuchContainerError: Container not found: ${kept.runtimeId ?? name}` } }];
}
