// Steps a task on where no agent's report does: releases its interface, ends it with its host.
import { planLifecycle } from '#core/task/plan-lifecycle.ts';
import type { LifecycleAction, LifecycleSnapshot } from '#core/task/plan-lifecycle.ts';
import { endWithHost, releaseTask } from '#core/task/stop.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { networkInterfaces } from '#model/network.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';

/** Keys: task ARNs. */
export const taskLifecycle = reconciler<LifecycleSnapshot, LifecycleAction>({
  name: 'task-lifecycle',
  *keysAtStart(reader) {
    for (const task of reader.by(tasks, 'unsettled', 'waiting')) if (task.lastStatus !== 'STOPPED') yield task.arn;
  },
  *keysOf(change, reader) {
    if (change.table.name === tasks.name) {
      const task = change.after as Task | undefined;
      if (task !== undefined && needsLook(change.before as Task | undefined, task)) yield task.arn;
    } else if (change.table.name === containerInstances.name && concernsTasks(change.before as ContainerInstance | undefined, change.after as ContainerInstance | undefined)) {
      for (const task of reader.by(tasks, 'host', change.key)) yield task.arn;
    }
  },
  load(reader, key) {
    const task = reader.get(tasks, key);
    if (task === undefined) return undefined;
    const host = task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn);
    return { task, host };
  },
  plan: planLifecycle,
  apply,
});

/** Reports of a living task change nothing here; a new task may have been given a host that has just gone, and one that is to stop may be on a lost one. */
function needsLook(before: Task | undefined, after: Task): boolean {
  return after.lastStatus === 'DEPROVISIONING' || before?.hostArn !== after.hostArn || before?.desiredStatus !== after.desiredStatus;
}

function concernsTasks(before: ContainerInstance | undefined, after: ContainerInstance | undefined): boolean {
  return before?.status !== after?.status || before?.lostAt !== after?.lostAt;
}

function apply(tx: Transaction, action: LifecycleAction, now: number): void {
  const task = tx.get(tasks, action.taskArn);
  if (task === undefined) return;
  if (action.kind === 'endWithHost') return tx.put(tasks, endWithHost(task, action.cause, now));
  for (const id of action.networkInterfaceIds) tx.delete(networkInterfaces, id);
  tx.put(tasks, releaseTask(task, now));
}
