// Faults planted in the scheduling of services, to see that the simulation would find them.
import { requestStop } from '#core/task/stop.ts';
import { targets } from '#model/load-balancer.ts';
import type { Table } from '#model/table.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Store, Transaction } from '#store/store.ts';
import type { Mutant } from './mutants.ts';

/** A store whose transactions write the rows of a table in another way. */
export function puttingRows<Row>(store: Store, of: Table<Row>, put: (tx: Transaction, row: Row) => void): Store {
  return intercepting(store, (tx) => ({ put: (table: Table<unknown>, row: unknown) => (table.name === of.name ? put(tx, row as Row) : tx.put(table, row)) }));
}

function puttingTasks(store: Store, put: (tx: Transaction, row: Task) => void): Store {
  return puttingRows(store, tasks, put);
}

function intercepting(store: Store, members: (tx: Transaction) => object): Store {
  return bound(store, { transact: <T>(decide: (tx: Transaction) => T) => store.transact((tx) => decide(bound(tx, members(tx)))) });
}

function bound<Target extends object>(target: Target, own: object): Target {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);
      return typeof member === 'function' && !Object.hasOwn(own, name) ? (member as (...args: unknown[]) => unknown).bind(target) : member;
    },
  });
}

export const SERVICE_MUTANTS: readonly Mutant[] = [
  {
    name: 'balancer-forgets',
    what: 'the balancer writes down servers with new configurations alone, so that a killed HAProxy comes back with targets that are gone',
    balancerParts(parts) {
      const known = new Set<string>();
      const write: typeof parts.files.write = (identity, rendered, servers) => {
        if (known.has(identity)) return identity;
        known.add(identity);
        return parts.files.write(identity, rendered, servers);
      };
      return { ...parts, files: { ...parts.files, write } };
    },
  },
  {
    name: 'balancer-hurries',
    what: 'a target counts as gone while requests of it are under way',
    balancerParts: (parts) => ({ ...parts, haproxy: { ...parts.haproxy, master: { send: async (command) => (await parts.haproxy.master.send(command)).replace(/^(tg-.*),1,MAINT/gm, '$1,0,MAINT') } } }),
  },
  {
    name: 'stops-without-draining',
    what: 'the scheduler stops a task at once, whatever connections it has',
    controlStore: (store) =>
      puttingTasks(store, (tx, row) => {
        const { drainingSince, ...rest } = row;
        tx.put(tasks, drainingSince !== undefined && row.lastStatus === 'DEACTIVATING' ? { ...rest, lastStatus: 'RUNNING' } : row);
      }),
  },
  {
    name: 'targets-left',
    what: 'targets of stopped tasks are not taken away',
    controlStore: (store) => intercepting(store, (tx) => ({ delete: (table: Table<unknown>, key: string) => (table.name === targets.name ? undefined : tx.delete(table, key)) })),
  },
  {
    name: 'stops-one-too-many',
    what: 'with each stop the scheduler stops another task of the service',
    controlStore: (store) =>
      puttingTasks(store, (tx, row) => {
        const before = tx.get(tasks, row.arn);
        tx.put(tasks, row);
        if (row.stopCode !== 'ServiceSchedulerInitiated' || before?.desiredStatus !== 'RUNNING') return;
        const other = [...tx.by(tasks, 'group', `${row.clusterArn}|${row.group}`)].find((task) => task.desiredStatus === 'RUNNING' && task.lastStatus === 'RUNNING');
        if (other !== undefined) tx.put(tasks, requestStop(other, { stopCode: 'ServiceSchedulerInitiated', reason: 'one too many' }, row.stoppingAt ?? 0));
      }),
  },
];
