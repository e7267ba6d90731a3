// The load balancers of a data directory: follows their rows, drives one HAProxy, and reports what it sees.
//
// One turn at a time, and each begins with what is really there: after a crash of either side nothing but another turn is needed.
import { mkdirSync } from 'node:fs';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { isRuntimeMap, type MapEntry, type Rendered } from '#core/balancer/input.ts';
import { renderBalancer } from '#core/balancer/render-config.ts';
import { certificates, listeners, loadBalancers, rules, targetGroups, targets, type LoadBalancer, type Target } from '#model/load-balancer.ts';
import type { Change, Store } from '#store/store.ts';
import { configFolder, identityOf } from './config-folder.ts';
import { openGroups, serverLines } from './groups.ts';
import { haproxyProcess } from './haproxy-process.ts';
import { loadInput, takenBinds, wantedBinds } from './load-input.ts';
import { applyMaps, identityOfWorker, loadWorkers, type WorkerView } from './workers.ts';

export interface BalancerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absolute; HAProxy's files and socket. */
  readonly folder: string;
}

export interface Balancer {
  /** Stops following; HAProxy serves on. */
  close(): Promise<void>;
}

/** How often HAProxy is asked: while connections drain, while something is not healthy, and otherwise. */
const DRAINING_MS = 20;
const CHANGING_MS = 250;
const QUIET_MS = 1_000;
const RETRY_MS = 1_000;
/** Changes of servers are written down for a restart this much later, many at a time. */
const SAVE_MS = 200;

interface Applied {
  readonly identity: string;
  readonly maps: ReadonlyMap<string, readonly MapEntry[]>;
  readonly groups: ReadonlySet<string>;
  /** The worker that runs it: another one means that HAProxy was restarted. */
  readonly pid: number;
}

export function openBalancer({ store, clock, log, folder }: BalancerOptions): Balancer {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = configFolder(folder);
  const haproxy = haproxyProcess(folder, clock);
  const dirty = new Set<string>();
  const held = new Set<string>();
  let unavailable: ReadonlySet<string> = new Set();
  let isStructureDirty = true;
  let applied: Applied | undefined;
  let rendered: Rendered | undefined;
  let refused: string | undefined;
  let timer: Timer | undefined;
  let saveAt = Infinity;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const wake = (groupArn: string): void => {
    dirty.add(groupArn);
    kick();
  };
  const groups = openGroups({ store, clock, log, haproxy, wake });

  const kick = (): void => {
    again = true;
    if (closed || running !== undefined) return;
    timer?.cancel();
    running = run().finally(() => {
      running = undefined;
      if (again) kick();
    });
  };

  const run = async (): Promise<void> => {
    again = false;
    try {
      if (!store.isDurable()) await store.durable();
      await turn();
    } catch (error) {
      log.error('load balancer: a turn failed, will be tried again', { error: String(error) });
      applied = undefined;
      if (!closed) timer = clock.after(RETRY_MS, kick);
    }
  };

  const turn = async (): Promise<void> => {
    if (store.size(listeners) === 0 && !haproxy.isStarted()) return turnWithoutHaproxy();
    if (isStructureDirty || applied === undefined) {
      isStructureDirty = false;
      await applyStructure();
    }
    const workers = await loadWorkers(haproxy);
    if (workers[0]?.current !== true || workers[0].pid !== applied?.pid) {
      // HAProxy was restarted: what it has is what lay on disk.
      applied = undefined;
      again = true;
      return;
    }
    await syncGroups(workers);
    if (clock.now() >= saveAt) await save(workers[0]);
    schedule(workers);
  };

  const turnWithoutHaproxy = async (): Promise<void> => {
    reportLoadBalancers(new Map());
    const due = new Set([...dirty, ...groupsOf(store.all(targets))]);
    dirty.clear();
    for (const arn of due) await groups.sync(arn, false, []);
  };

  const syncGroups = async (workers: readonly WorkerView[]): Promise<void> => {
    const due = new Set([...dirty, ...groupsOf(store.all(targets)), ...(applied?.groups ?? [])]);
    dirty.clear();
    for (const arn of due) {
      if (await groups.sync(arn, applied?.groups.has(arn) === true, workers)) saveAt = Math.min(saveAt, clock.now() + SAVE_MS);
    }
  };

  const applyStructure = async (): Promise<void> => {
    const probe = loadInput(store, new Set());
    const binds = wantedBinds(probe.listeners);
    const fresh = binds.filter((bind) => !held.has(bind));
    if (applied !== undefined || !haproxy.isStarted()) unavailable = await takenBinds(fresh);
    const input = { ...probe, unavailable };
    const next = renderBalancer(input);
    const identity = identityOf(next);
    if (haproxy.isStarted()) await haproxy.start();
    const workers = haproxy.isStarted() ? await loadWorkers(haproxy) : [];
    const [current] = workers;
    const runs = current?.current === true ? await identityOfWorker(haproxy, current.pid) : undefined;
    if (runs !== identity || current === undefined) await reload(identity, next, current);
    else {
      const known = applied?.pid === current.pid ? applied.maps : undefined;
      for (const worker of workers) {
        const change = applyMaps(haproxy, worker.pid, known, runtimeMaps(next));
        // An older worker may lack a map.
        await (worker.current ? change : change.catch(() => {}));
      }
    }
    const pid = (await haproxy.workers()).find((worker) => worker.current)?.pid ?? 0;
    applied = { identity, pid, maps: runtimeMaps(next), groups: new Set(input.groups.map((group) => group.arn)) };
    rendered = next;
    held.clear();
    for (const bind of binds) if (!unavailable.has(bind)) held.add(bind);
    saveAt = Math.min(saveAt, clock.now() + SAVE_MS);
    for (const bind of unavailable) log.warn('another program has this address: the load balancer does not listen there', { bind });
    reportLoadBalancers(new Map([...probe.listeners].filter(({ loadBalancer, listener }) => unavailable.has(`${loadBalancer.hostAddress}:${listener.port}`)).map(({ loadBalancer, listener }) => [loadBalancer.arn, `Port ${listener.port} is in use by another program`])));
  };

  const reload = async (identity: string, next: Rendered, current: WorkerView | undefined): Promise<void> => {
    const path = files.write(identity, next, serverLines(store, current));
    files.saveStates(current === undefined ? '1\n' : await haproxy.master.send(`@!${current.pid} show servers state`));
    const why = await haproxy.refuse(path);
    if (why !== undefined) {
      if (refused !== identity) log.error('HAProxy refuses the configuration; the one before serves on', { why });
      refused = identity;
      throw new Error('configuration refused');
    }
    files.select(identity);
    if (haproxy.isStarted()) await haproxy.reload();
    else await haproxy.start();
    log.info('load balancer configuration applied', { identity });
  };

  const save = async (current: WorkerView): Promise<void> => {
    saveAt = Infinity;
    if (applied === undefined || rendered === undefined) return;
    files.write(applied.identity, rendered, serverLines(store, current));
    files.saveStates(await haproxy.master.send(`@!${current.pid} show servers state`));
  };

  /** @param impaired load balancer → why it does not listen everywhere */
  const reportLoadBalancers = (impaired: ReadonlyMap<string, string>): void => {
    store.transact((tx) => {
      for (const row of tx.all(loadBalancers)) {
        const reason = impaired.get(row.arn);
        const state: LoadBalancer['state'] = reason === undefined ? 'active' : 'active_impaired';
        if (row.state === state && row.stateReason === reason) continue;
        const { stateReason: _, ...rest } = row;
        tx.put(loadBalancers, { ...rest, state, ...(reason === undefined ? {} : { stateReason: reason }) });
      }
    });
  };

  const schedule = (workers: readonly WorkerView[]): void => {
    if (closed || again) return;
    const now = clock.now();
    const isChanging = [...groups.wakeAt.keys()].length > 0 || workers.some((worker) => [...worker.servers.values()].some((servers) => [...servers.values()].some((server) => server.status === 'DOWN')));
    const pause = store.count(targets, 'draining', 'draining') > 0 ? DRAINING_MS : isChanging || workers.length > 1 ? CHANGING_MS : QUIET_MS;
    const soonest = Math.min(now + pause, saveAt, ...groups.wakeAt.values());
    timer = clock.after(Math.max(1, soonest - now), kick);
  };

  const onChange = (change: Change): void => {
    const table: unknown = change.table;
    if (table === targets) dirty.add((change.after ?? change.before as Target | undefined as any).targetGroupArn);
    else if (isStructural(change)) isStructureDirty = true;
    else return;
    kick();
  };
  const unwatch = store.watch((commit) => commit.changes.forEach(onChange));
  kick();

  return {
    async close() {
      closed = true;
      unwatch();
      timer?.cancel();
      groups.close();
      await running;
    },
  };
}

/** A load balancer's own state is ours: it changes nothing. */
function isStructural({ table, before, after }: Change): boolean {
  const one: unknown = table;
  if (one === loadBalancers && before !== undefined && after !== undefined) {
    const plain = (row: LoadBalancer): string => JSON.stringify({ ...row, state: '', stateReason: '' });
    return plain(before as LoadBalancer) !== plain(after as LoadBalancer);
  }
  return one === loadBalancers || one === listeners || one === rules || one === targetGroups || one === certificates;
}

function groupsOf(rows: Iterable<Target>): Set<string> {
  const arns = new Set<string>();
  for (const row of rows) arns.add(row.targetGroupArn);
  return arns;
}

function runtimeMaps(rendered: Rendered): Map<string, readonly MapEntry[]> {
  return new Map([...rendered.maps].filter(([name]) => isRuntimeMap(name)));
}
