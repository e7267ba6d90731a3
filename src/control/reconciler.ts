// The one loop behind every reconciler: a committed change makes keys due; each due key is loaded, planned and applied in
// one transaction; the plan says when to look again.
//
// Level-triggered: a key says only "look here", never what happened, so that start-up, steady state and repair are the
// same code, and a crash between any two lines costs nothing but the work of looking again. Due keys are worked through
// in a microtask after the commit: no timer lies between a change and what follows from it.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Plan } from '#core/task/plan.ts';
import type { Change, Reader, Store, Transaction } from '#store/store.ts';
import { WakeHeap } from './wake-heap.ts';

export interface Reconciler<Snapshot = any, Action = any> {
  /** Unique, without '|'. */
  readonly name: string;
  /** Every key that may need work: looked at once when the loop opens. */
  readonly keysAtStart: (reader: Reader) => Iterable<string>;
  /** Keys that a committed change makes due. */
  readonly keysOf: (change: Change, reader: Reader) => Iterable<string>;
  /** What the plan needs to know; undefined when there is nothing to plan. */
  readonly load: (reader: Reader, key: string) => Snapshot | undefined;
  /** Pure, in core/. */
  readonly plan: (snapshot: Snapshot, now: number) => Plan<Action>;
  readonly apply: (tx: Transaction, action: Action, now: number) => void;
}

/** Gives a reconciler its types; the loop itself does not know them. */
export function reconciler<Snapshot, Action>(definition: Reconciler<Snapshot, Action>): Reconciler {
  return definition;
}

export interface ReconcilerLoopOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly reconcilers: readonly Reconciler[];
}

export interface ReconcilerLoop {
  /** Keys that are due and not yet looked at. */
  readonly due: number;
  close(): void;
}

/** Keys in one turn of the event loop: others must get their turn, too. */
const KEYS_PER_TURN = 200;
/** Looks with actions at one key within a second: more is a plan that never ends, which must not take the others' time. */
const RESTLESS_LOOKS = 2_000;
const RESTLESS_MS = 1_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 60_000;

interface DueKey {
  readonly reconciler: Reconciler;
  readonly key: string;
}

export function openReconcilerLoop({ store, clock, log, reconcilers }: ReconcilerLoopOptions): ReconcilerLoop {
  // In the order they became due; a key that is due already is not due twice.
  const due = new Map<string, DueKey>();
  const known = new Map<string, Reconciler>(reconcilers.map((r) => [r.name, r]));
  const wakes = new WakeHeap();
  const failures = new Map<string, number>();
  let busy = new Map<string, number>();
  let busyUntil = 0;
  let timer: Timer | undefined;
  let timerAt = Infinity;
  let scheduled = false;
  let closed = false;

  const enqueue = (of: Reconciler, key: string): void => {
    const id = `${of.name}|${key}`;
    if (!due.has(id)) due.set(id, { reconciler: of, key });
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(work);
  };

  // `scheduled` stays true meanwhile: keys that become due on the way are met further on in the same walk.
  const work = (): void => {
    let left = KEYS_PER_TURN;
    for (const [id, item] of due) {
      if (closed) return;
      if (left-- === 0) break;
      due.delete(id);
      look(id, item);
    }
    scheduled = due.size > 0;
    if (scheduled) clock.after(0, work);
    setTimer();
  };

  const look = (id: string, { reconciler: of, key }: DueKey): void => {
    const now = clock.now();
    if (isRestless(id, now)) return wakes.set(id, busyUntil);
    try {
      const plan = store.transact((tx) => {
        const snapshot: unknown = of.load(tx, key);
        if (snapshot === undefined) return undefined;
        const planned = of.plan(snapshot, now);
        for (const action of planned.actions) of.apply(tx, action, now);
        return planned;
      });
      failures.delete(id);
      if (plan !== undefined && plan.actions.length > 0) busy.set(id, (busy.get(id) ?? 0) + 1);
      if (plan !== undefined && plan.actions.length > 0) log.debug(`${of.name}: ${plan.why}`, { key, actions: plan.actions });
      if (plan?.wakeAt === undefined) wakes.clear(id);
      else wakes.set(id, plan.wakeAt);
    } catch (error) {
      const failed = (failures.get(id) ?? 0) + 1;
      failures.set(id, failed);
      log.error(`${of.name}: failed, will be tried again`, { key, failed, error: String(error) });
      wakes.set(id, now + Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failed - 1)));
    }
  };

  const isRestless = (id: string, now: number): boolean => {
    if (now >= busyUntil) {
      busy = new Map();
      busyUntil = now + RESTLESS_MS;
    }
    if ((busy.get(id) ?? 0) < RESTLESS_LOOKS) return false;
    if (busy.get(id) === RESTLESS_LOOKS) log.error('a plan does not come to an end', { key: id });
    busy.set(id, RESTLESS_LOOKS + 1);
    return true;
  };

  const setTimer = (): void => {
    const at = wakes.nextAt() ?? Infinity;
    if (at === timerAt) return;
    timer?.cancel();
    timerAt = at;
    timer = at === Infinity ? undefined : clock.after(Math.max(0, at - clock.now()), wake);
  };

  const wake = (): void => {
    timerAt = Infinity;
    const now = clock.now();
    for (let id = wakes.take(now); id !== undefined; id = wakes.take(now)) {
      const bar = id.indexOf('|');
      const of = known.get(id.slice(0, bar));
      if (of !== undefined) enqueue(of, id.slice(bar + 1));
    }
    setTimer();
  };

  const unwatch = store.watch((commit) => {
    for (const change of commit.changes) {
      for (const of of reconcilers) for (const key of of.keysOf(change, store)) enqueue(of, key);
    }
  });
  for (const of of reconcilers) for (const key of of.keysAtStart(store)) enqueue(of, key);

  return {
    get due() {
      return due.size;
    },
    close() {
      closed = true;
      unwatch();
      timer?.cancel();
      due.clear();
    },
  };
}
