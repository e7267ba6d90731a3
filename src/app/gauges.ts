// The gauges of /_metrics that come from the state store and the process.
import type { Clock } from '#base/clock.ts';
import { containerInstances } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { Gauge } from './metrics.ts';
import type { State } from './state.ts';

/** @param startedAt epoch milliseconds */
export function stateGauges(state: State, clock: Clock, startedAt: number): readonly Gauge[] {
  return [
    { name: 'longshore_uptime_ms', help: 'Milliseconds since start.', read: () => clock.now() - startedAt },
    { name: 'longshore_store_revision', help: 'Last committed revision.', read: () => state.store.revision },
    { name: 'longshore_tasks', help: 'Tasks known, stopped ones included.', read: () => state.store.size(tasks) },
    { name: 'longshore_tasks_unsettled', help: 'Tasks whose desired and last status differ, or that run.', read: () => state.store.count(tasks, 'unsettled', 'waiting') },
    { name: 'longshore_hosts', help: 'Container instances and pool hosts registered.', read: () => state.store.size(containerInstances) },
    { name: 'longshore_resident_memory_bytes', help: 'Resident memory of the control plane.', read: () => process.memoryUsage.rss() },
  ];
}
