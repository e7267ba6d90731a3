// The load balancers of a data directory: follows their rows, drives one HAProxy, and reports what it sees.
//
// One turn at a time, and each begins with what is really there: after a crash of either side nothing but another turn is needed.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { isLogged } from '#core/balancer/access-log.ts';
import { hostBind } from '#core/balancer/binds.ts';
import { isRuntimeMap, type BalancerInput, type MapEntry, type Rendered } from '#core/balancer/input.ts';
import { renderBalancer } from '#core/balancer/render-config.ts';
import { certificates, listeners, loadBalancers, rules, targetGroups, targets, type LoadBalancer, type Target } from '#model/load-balancer.ts';
import type { Change, Store } from '#store/store.ts';
import { identityOf } from './config-folder.ts';
import { openGroups, serverLines } from './groups.ts';
import { bindsOf, loadInput, loadLogNames, wantedBinds, wantedVpcBinds } from './load-input.ts';
import type { BalancerParts } from './parts.ts';
import { applyMaps, identityOfWorker, loadWorkers, type WorkerView } from './workers.ts';

export interface BalancerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly parts: BalancerParts;
}

export interface Balancer {
  /** Stops following; HAProxy serves on. */
  close(): Promise<void>;
}

/** How often HAProxy is asked: while requests are likely to end, while something is not as it should be, and otherwise. */
const DRAINING_MS = 20;
const FRESH_MS = 2_000;
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
  /** Undefined while HAProxy runs one that is not of this process's making. */
  readonly rendered: Rendered | undefined;
}

export function openBalancer({ store, clock, log, parts }: BalancerOptions): Balancer {
  const { files, haproxy, accessLog } = parts;
  const dirty = new Set<string>();
  let isStructureDirty = true;
  let applied: Applied | undefined;
  let timer: Timer | undefined;
  let saveAt = Infinity;
  let running: Promise<void> | undefined;
  let again = false;
  let isPoll = true;
  let closed = false;

  const wake = (groupArn: string): void => {
    dirty.add(groupArn);
    kick();
  };
  const groups = openGroups({ store, clock, log, haproxy, startProbe: parts.startProbe, wake });

  const kick = (): void => {
    again = true;
    if (closed || running !== undefined) return;
    timer?.cancel();
    running = run().finally(() => {
      running = undefined;
      if (again) kick();
    });
  };

  const poll = (): void => {
    isPoll = true;
    kick();
  };

  const run = async (): Promise<void> => {
    again = false;
    try {
      if (!store.isDurable()) await store.durable();
      await turn();
    } catch (error) {
      log.error('load balancer: a turn failed, will be tried again', { error: String(error) });
      applied = undefined;
      if (!closed) timer = clock.after(RETRY_MS, poll);
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
      isPoll = true;
      return;
    }
    await syncGroups(workers, isPoll);
    isPoll = false;
    if (clock.now() >= saveAt) await save(workers[0]);
    schedule(workers);
  };

  const turnWithoutHaproxy = async (): Promise<void> => {
    reportLoadBalancers(new Map());
    const due = new Set([...dirty, ...groupsOf(store.all(targets))]);
    dirty.clear();
    for (const arn of due) await groups.sync(arn, false, []);
  };

  const syncGroups = async (workers: readonly WorkerView[], all: boolean): Promise<void> => {
    const due = new Set(all ? [...dirty, ...groupsOf(store.all(targets)), ...(applied?.groups ?? [])] : dirty);
    dirty.clear();
    for (const arn of due) {
      const changed = await groups.sync(arn, applied?.groups.has(arn) === true, workers);
      // What is written down must not have a target that is reported gone: HAProxy may be killed and come back with it.
      if (changed !== 'nothing') saveAt = Math.min(saveAt, clock.now() + (changed === 'withdrawn' ? 0 : SAVE_MS));
    }
  };

  const applyStructure = async (): Promise<void> => {
    if (haproxy.isStarted()) await haproxy.start();
    const workers = haproxy.isStarted() ? await loadWorkers(haproxy) : [];
    const [current] = workers;
    const seen = loadInput(store, new Set());
    accessLog.update(loadLogNames(store), seen.listeners.some(isLogged));
    const held = current === undefined ? new Set<string>() : bindsOf(files.selected());
    const isNew = (bind: string): boolean => !held.has(bind);
    const taken = await parts.takenBinds(wantedBinds(seen.listeners).filter(isNew));
    const takenInVpcs = await parts.takenVpcBinds(wantedVpcBinds(seen.listeners).filter(isNew));
    const unavailable = new Set([...taken, ...takenInVpcs]);
    const input = { ...seen, unavailable };
    const next = renderBalancer(input);
    const identity = identityOf(next);
    const runs = current?.current === true ? await identityOfWorker(haproxy, current.pid) : undefined;
    if (current === undefined || runs !== identity) {
      if (!(await reload(identity, next, current))) return keepOld(current, input);
    } else await changeMaps(workers, current, runtimeMaps(next));
    const pid = (await haproxy.workers()).find((worker) => worker.current)?.pid ?? 0;
    applied = { identity, pid, maps: runtimeMaps(next), groups: new Set(input.groups.map((group) => group.arn)), rendered: next };
    saveAt = Math.min(saveAt, clock.now() + SAVE_MS);
    for (const bind of taken) log.warn('another program has this address: the load balancer does not listen there', { bind });
    for (const bind of takenInVpcs) log.warn('a load balancer does not listen on its address in the VPC: another program has it, or it takes more privileges', { bind });
    reportLoadBalancers(impairedBy(input));
  };

  const changeMaps = async (workers: readonly WorkerView[], current: WorkerView, maps: ReadonlyMap<string, readonly MapEntry[]>): Promise<void> => {
    const known = applied?.pid === current.pid ? applied.maps : undefined;
    for (const worker of workers) {
      const change = applyMaps(haproxy, worker.pid, known, maps);
      // An older worker may lack a map.
      await (worker.current ? change : change.catch(() => {}));
    }
  };

  /** A refused configuration is not tried again before something changes; targets of the old one come and go. */
  const keepOld = (current: WorkerView | undefined, input: BalancerInput): void => {
    if (current === undefined) throw new Error('HAProxy refuses its first configuration');
    applied ??= { identity: '', pid: current.pid, maps: new Map(), groups: new Set(input.groups.map((group) => group.arn)), rendered: undefined };
  };

  /** False when HAProxy refuses it. */
  const reload = async (identity: string, next: Rendered, current: WorkerView | undefined): Promise<boolean> => {
    const path = files.write(identity, next, serverLines(store, current));
    files.saveStates(current === undefined ? '1\n' : await haproxy.master.send(`@!${current.pid} show servers state`));
    const why = await haproxy.refuse(path);
    if (why !== undefined) {
      log.error('HAProxy refuses the configuration; the one before serves on', { why });
      return false;
    }
    files.select(identity);
    if (haproxy.isStarted()) await haproxy.reload();
    else await haproxy.start();
    log.info('load balancer configuration applied', { identity });
    return true;
  };

  const save = async (current: WorkerView): Promise<void> => {
    saveAt = Infinity;
    if (applied?.rendered === undefined) return;
    files.write(applied.identity, applied.rendered, serverLines(store, current));
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
    const pause = pauseMs(store, workers, groups.wakeAt.size > 0, now);
    const soonest = Math.min(now + pause, saveAt, ...groups.wakeAt.values());
    timer = clock.after(Math.max(1, soonest - now), poll);
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
      await accessLog.close();
    },
  };
}

/** Load balancers that do not listen everywhere, and why. */
function impairedBy({ listeners: inputs, unavailable }: BalancerInput): Map<string, string> {
  const taken = inputs.filter((input) => unavailable.has(hostBind(input)));
  return new Map(taken.map(({ loadBalancer, listener }) => [loadBalancer.arn, `Port ${listener.port} is in use by another program`]));
}

/** How long nothing needs to be asked. */
function pauseMs(store: Store, workers: readonly WorkerView[], isProbing: boolean, now: number): number {
  for (const row of store.by(targets, 'draining', 'draining')) if (now - (row.drainingSince ?? 0) < FRESH_MS) return DRAINING_MS;
  const isDown = workers.some((worker) => [...worker.servers.values()].some((servers) => [...servers.values()].some((server) => server.status === 'DOWN')));
  const isDraining = store.count(targets, 'draining', 'draining') > 0;
  return isProbing || isDown || isDraining || workers.length > 1 ? CHANGING_MS : QUIET_MS;
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
