// Faults planted in what happens when hosts are cut off, to see that the simulation would find them.
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import { MUTANTS } from './mutants.ts';
import type { Mutant } from './mutants.ts';
import { puttingRows } from './service-mutants.ts';

export const LOSS_MUTANTS: readonly Mutant[] = [
  {
    name: 'never-lost',
    what: 'a host that stays away is never given up',
    scenario: (scenario) => ({ ...scenario, hostLossMs: undefined }),
  },
  {
    name: 'never-found',
    what: 'a host that comes back is not counted on again',
    controlStore: (store) =>
      puttingRows<ContainerInstance>(store, containerInstances, (tx, row) => {
        const before = tx.get(containerInstances, row.arn);
        tx.put(containerInstances, before?.lostAt !== undefined && row.agentConnected ? { ...row, agentConnected: false, lostAt: before.lostAt } : row);
      }),
  },
  {
    name: 'lost-kept',
    what: 'tasks that were replaced stay in the count of their service',
    controlStore: (store) =>
      puttingRows<Task>(store, tasks, (tx, row) => {
        const before = tx.get(tasks, row.arn);
        if (before?.desiredStatus === 'RUNNING' && row.stoppedReason?.endsWith('is unreachable.') === true) return;
        tx.put(tasks, row);
      }),
  },
  ...MUTANTS.filter(({ name }) => name === 'manifest-ignored' || name === 'capacity-stale').map((mutant) => ({ ...mutant, scenario: (scenario: Parameters<NonNullable<Mutant['scenario']>>[0]) => scenario })),
];
