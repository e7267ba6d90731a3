// Keeps what the driver runs equal to what the instances' rows want, and the rows' states equal to what the driver says.
//
// Level-triggered: each look compares rows with the driver's list; a step that was half done when the process died is done again. One step
// at a time for an instance, steps of different ones side by side.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { planInstanceSteps, type InstanceStep, type MachineState } from '#core/instance/keep.ts';
import { settleInstance } from '#core/instance/settle.ts';
import { accessKeys } from '#model/account.ts';
import { instances, type Instance } from '#model/instance.ts';
import { networkInterfaces } from '#model/network.ts';
import type { Store } from '#store/store.ts';
import { DriverRefusal, type InstanceDriver } from './driver.ts';
import { machineSpec, type AgentReach } from './machine-spec.ts';

export interface KeeperOptions {
  readonly store: Store;
  readonly driver: InstanceDriver;
  readonly clock: Clock;
  readonly log: Logger;
  readonly reach: AgentReach;
  /** How often to ask the driver when nothing changes; default 2 s. */
  readonly pollMs?: number;
}

export interface Keeper {
  /** Waits for the steps under way; machines run on. */
  close(): Promise<void>;
}

const TRIES = 5;
const FIRST_RETRY_MS = 500;

export function openInstanceKeeper(options: KeeperOptions): Keeper {
  const { store, driver, clock, log, pollMs = 2_000 } = options;
  const busy = new Map<string, Promise<void>>();
  const failures = new Map<string, { count: number; retryAt: number }>();
  let timer: Timer | undefined;
  let looking: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const look = async (): Promise<void> => {
    let listed: ReadonlyMap<string, MachineState>;
    try {
      listed = new Map((await driver.list()).map(({ id, state }) => [id, state]));
    } catch (error) {
      return log.error('the instance driver does not answer', { driver: driver.name, error: String(error) });
    }
    const now = clock.now();
    const idle = (id: string): boolean => !busy.has(id) && now >= (failures.get(id)?.retryAt ?? 0);
    for (const step of planInstanceSteps([...store.by(instances, 'live', 'live')], listed)) if (!closed && idle(step.id)) take(step);
  };

  const take = (step: InstanceStep): void => {
    const done = act(step).catch((error: unknown) => failed(step, error)).finally(() => {
      busy.delete(step.id);
      wake();
    });
    busy.set(step.id, done);
  };

  const act = async (step: InstanceStep): Promise<void> => {
    if (step.kind === 'start') {
      const spec = specOf(step.id);
      if (spec === undefined) return;
      await driver.start(spec);
    } else if (step.kind === 'stop') await driver.stop(step.id, step.how);
    failures.delete(step.id);
    if (step.settle !== undefined) settle(step.id, step.settle);
  };

  const failed = (step: InstanceStep, error: unknown): void => {
    const count = (failures.get(step.id)?.count ?? 0) + 1;
    const message = error instanceof Error ? error.message : String(error);
    log.warn('an instance driver failed', { driver: driver.name, instance: step.id, step: step.kind, count, error: message });
    failures.set(step.id, { count, retryAt: clock.now() + FIRST_RETRY_MS * 2 ** Math.min(count - 1, 6) });
    if (step.kind === 'start' && (error instanceof DriverRefusal || count >= TRIES)) settle(step.id, { kind: 'refused', message });
    else noteFailure(step.id, message);
  };

  const settle = (id: string, what: Parameters<typeof settleInstance>[1]): void => {
    store.transact((tx) => {
      const row = tx.get(instances, id);
      if (row === undefined) return;
      const next = settleInstance(row, what, clock.now());
      if (next === row) return;
      tx.put(instances, next);
      if (next.state !== 'terminated') return;
      tx.delete(networkInterfaces, row.networkInterfaceId);
      tx.delete(accessKeys, row.accessKeyId);
    });
  };

  const noteFailure = (id: string, failure: string): void => {
    store.transact((tx) => {
      const row = tx.get(instances, id);
      if (row !== undefined && row.failure !== failure) tx.put(instances, { ...row, failure });
    });
  };

  const specOf = (id: string) => {
    const row = store.get(instances, id);
    const key = row && store.get(accessKeys, row.accessKeyId);
    const eni = row && store.get(networkInterfaces, row.networkInterfaceId);
    return row && key && eni && machineSpec(row, key, eni, options.reach);
  };

  const wake = (): void => {
    again = true;
    if (looking !== undefined || closed) return;
    looking = (async () => {
      while (again && !closed) {
        again = false;
        await look();
      }
    })().finally(() => {
      looking = undefined;
      if (!closed && again) wake();
    });
  };

  const poll = (): void => {
    if (closed) return;
    wake();
    timer = clock.after(pollMs, poll);
  };

  const unwatch = store.watch((commit) => {
    for (const { table, before, after } of commit.changes) {
      if (table.name === instances.name && (before as Instance | undefined)?.desired !== (after as Instance | undefined)?.desired) return void clock.after(0, wake);
    }
  });
  poll();

  return {
    async close() {
      closed = true;
      unwatch();
      timer?.cancel();
      await looking;
      await Promise.allSettled(busy.values());
    },
  };
}
