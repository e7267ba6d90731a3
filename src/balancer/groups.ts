// Carries the rows of targets over to HAProxy's servers, and what HAProxy sees of them back to the rows.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { admitCommands, admitUncheckedCommands, endSessionsCommands, openCommands, removeCommands, switchOnCommands, withdrawCommands } from '#core/balancer/commands.ts';
import { groupBackend, isOpenServer, openServerName, serverName } from '#core/balancer/names.ts';
import { planTarget, type TargetPlan } from '#core/balancer/next-target.ts';
import { openServerArguments, serverArguments } from '#core/balancer/render-group.ts';
import { isUnreachable, sameHealth, type Health, type ServerStat } from '#core/balancer/target-health.ts';
import { targetGroups, targets, type Target, type TargetGroup } from '#model/load-balancer.ts';
import type { Store } from '#store/store.ts';
import type { HaproxyProcess } from './haproxy-process.ts';
import type { BalancerParts } from './parts.ts';
import type { Probing } from './prober.ts';
import { apply, type WorkerView } from './workers.ts';

export interface GroupsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly haproxy: HaproxyProcess;
  readonly startProbe: BalancerParts['startProbe'];
  /** Asks for another turn for this group. */
  readonly wake: (groupArn: string) => void;
}

export interface Groups {
  /** Brings one group in line. `workers` as they are now; changed along with what is sent. Resolves with what was changed in HAProxy. */
  sync(groupArn: string, inUse: boolean, workers: readonly WorkerView[]): Promise<'nothing' | 'something' | 'withdrawn'>;
  /** When a group wants to be looked at again by itself, epoch milliseconds. */
  readonly wakeAt: ReadonlyMap<string, number>;
  close(): void;
}

/** Longer than connecting may take: whoever was only being connected to a lost server has gone on to another one by then. */
const CONNECTED_MS = 6_000;
const NEW_SERVER: ServerStat = { status: 'UP', sessions: 0, checkStatus: '', checkCode: '' };

export function openGroups({ store, clock, log, haproxy, startProbe, wake }: GroupsDeps): Groups {
  const probes = new Map<string, Probing>();
  const wakeAt = new Map<string, number>();
  /** Servers (`<backend>/<name>`) whose hosts do not answer at all, and since when. */
  const lostAt = new Map<string, number>();
  /** Targets withdrawn in every worker that was known then: by key, the workers. */
  const withdrawn = new Map<string, ReadonlySet<number>>();

  const send = async (worker: WorkerView, commands: readonly string[], what: string): Promise<boolean> => {
    const complaint = await apply(haproxy, worker.pid, commands);
    if (complaint === undefined) return true;
    // A worker on its way out may lack what is newer than itself.
    if (worker.current) log.warn('HAProxy refused a change', { what, complaint });
    return false;
  };

  const stopProbe = (key: string): void => {
    probes.get(key)?.stop();
    probes.delete(key);
  };

  const admit = async (target: Target, group: TargetGroup, healthy: boolean, workers: readonly WorkerView[]): Promise<Health | undefined> => {
    const [backend, name] = [groupBackend(group.arn), serverName(target)];
    stopProbe(targets.key(target));
    let admitted = false;
    for (const worker of workers) {
      const there = worker.servers.get(backend)?.has(name) === true;
      const added = worker.current ? admitCommands(backend, name, group, target, { healthy, isFirst: !isServed(worker, backend) }) : admitUncheckedCommands(backend, name, group, target);
      const ok = await send(worker, there ? switchOnCommands(`${backend}/${name}`, healthy) : added, `admit ${name}`);
      if (!ok) continue;
      put(worker, backend, name, healthy ? NEW_SERVER : { ...NEW_SERVER, status: 'DOWN' });
      admitted ||= worker.current;
    }
    if (!admitted) return undefined;
    return healthy ? { state: 'healthy' } : { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  };

  const switchOff = async (worker: WorkerView, backend: string, name: string): Promise<void> => {
    const stat = worker.servers.get(backend)?.get(name);
    if (stat === undefined || stat.status === 'MAINT') return;
    await send(worker, withdrawCommands(backend, name), `withdraw ${name}`);
    // How many requests it has is only known when it is asked again.
    put(worker, backend, name, { ...stat, status: 'MAINT', sessions: Infinity });
  };

  const withdraw = async (key: string, target: Target, group: TargetGroup, workers: readonly WorkerView[]): Promise<void> => {
    const backend = groupBackend(group.arn);
    for (const name of [serverName(target), openServerName(target)]) {
      for (const worker of workers) await switchOff(worker, backend, name);
    }
    withdrawn.set(key, new Set(workers.map((worker) => worker.pid)));
    wake(group.arn);
  };

  const remove = async (backend: string, name: string, workers: readonly WorkerView[]): Promise<void> => {
    for (const worker of workers) {
      if (worker.servers.get(backend)?.has(name) !== true) continue;
      // A server with connections in the pool cannot be deleted yet: it stays switched off and is swept later.
      const complaint = await apply(haproxy, worker.pid, removeCommands(backend, name));
      if (complaint === undefined) worker.servers.get(backend)?.delete(name);
    }
  };

  const step = async (key: string, view: { target: Target; group: TargetGroup }, plan: TargetPlan, workers: readonly WorkerView[]): Promise<Health | 'gone' | undefined> => {
    const { target, group } = view;
    switch (plan.step.do) {
      case 'probe':
        probes.set(key, startProbe(target, group, clock, () => wake(group.arn)));
        return plan.health;
      case 'admit':
        return admit(target, group, plan.step.healthy, workers);
      case 'withdraw':
        await withdraw(key, target, group, workers);
        return plan.health;
      case 'remove':
        log.debug('target removed', { target: key, why: plan.step.why });
        await remove(groupBackend(group.arn), serverName(target), workers);
        await remove(groupBackend(group.arn), openServerName(target), workers);
        withdrawn.delete(key);
        return 'gone';
      case 'nothing':
        return plan.health;
    }
  };

  /** While every target is unhealthy all of them get requests: each that is in rotation is there a second time, as a backup without checks. */
  const syncOpen = async (group: TargetGroup, rows: readonly Target[], workers: readonly WorkerView[]): Promise<void> => {
    const backend = groupBackend(group.arn);
    const [worker] = workers;
    if (worker?.current !== true) return;
    const have = new Map(worker.servers.get(backend) ?? []);
    const live = rows.filter((row) => row.drainingSince === undefined);
    const open = live.length > 0 && live.every((row) => have.get(serverName(row))?.status === 'DOWN');
    const wanted = new Set(open ? live.map(openServerName) : []);
    for (const row of open ? live : []) {
      const name = openServerName(row);
      if (have.get(name)?.status === 'MAINT') await send(worker, [`set server ${backend}/${name} state ready`], 'fail open');
      else if (have.has(name) || !(await send(worker, openCommands(backend, group, row), 'fail open'))) continue;
      put(worker, backend, name, NEW_SERVER);
    }
    for (const [name, stat] of have) {
      if (!isOpenServer(name) || wanted.has(name)) continue;
      if (stat.status !== 'MAINT') await switchOff(worker, backend, name);
      else if (stat.sessions === 0) await remove(backend, name, [worker]);
    }
  };

  /** Requests that were sent to a host which is gone would wait for their time-out: they are sent to another one now. */
  const endLost = async (group: TargetGroup, rows: readonly Target[], [worker]: readonly WorkerView[]): Promise<void> => {
    const backend = groupBackend(group.arn);
    for (const name of rows.map(serverName)) {
      const stat = worker?.current === true ? worker.servers.get(backend)?.get(name) : undefined;
      const server = `${backend}/${name}`;
      // Once it drains nobody checks it any more: what was seen last holds.
      if (stat === undefined || stat.status === 'UP') lostAt.delete(server);
      else if (isUnreachable(stat) && !lostAt.has(server)) lostAt.set(server, clock.now());
      const at = lostAt.get(server);
      if (worker === undefined || stat === undefined || stat.sessions === 0 || at === undefined || clock.now() < at + CONNECTED_MS) continue;
      await send(worker, endSessionsCommands(backend, name), `end requests on ${name}`);
    }
  };

  const sweep = async (group: TargetGroup, rows: readonly Target[], workers: readonly WorkerView[]): Promise<void> => {
    const backend = groupBackend(group.arn);
    const known = new Set(rows.flatMap((row) => [serverName(row), openServerName(row)]));
    for (const worker of workers) {
      for (const [name, stat] of [...(worker.servers.get(backend) ?? [])]) {
        if (known.has(name)) continue;
        if (stat.status !== 'MAINT') await switchOff(worker, backend, name);
        else if (stat.sessions === 0) await remove(backend, name, [worker]);
      }
    }
  };

  const report = (changes: ReadonlyMap<string, Health | 'gone'>): void => {
    const now = clock.now();
    store.transact((tx) => {
      for (const [key, health] of changes) {
        const row = tx.get(targets, key);
        if (row === undefined) continue;
        // Registered again meanwhile: then it is not gone.
        if (health === 'gone') {
          if (row.drainingSince !== undefined) tx.delete(targets, key);
        } else if (!sameHealth(row.health, health)) tx.put(targets, { ...row, health: { ...health, since: now } });
      }
    });
  };

  return {
    wakeAt,
    async sync(groupArn, inUse, workers) {
      const group = store.get(targetGroups, groupArn);
      const rows = [...store.by(targets, 'group', groupArn)];
      wakeAt.delete(groupArn);
      if (group === undefined) return 'nothing';
      const before = serversOf(workers, group);
      const changes = new Map<string, Health | 'gone'>();
      let isWithdrawn = false;
      for (const target of rows) {
        const key = targets.key(target);
        const plan = planTarget(viewTarget(target, group, inUse, workers, probes.get(key), withdrawn.get(key)), clock.now());
        if (plan.step.do !== 'probe' && plan.health?.state !== 'initial') stopProbe(key);
        isWithdrawn ||= plan.step.do === 'withdraw';
        const health = await step(key, { target, group }, plan, workers);
        if (health !== undefined && (health === 'gone' || !sameHealth(target.health, health))) changes.set(key, health);
        if (plan.wakeAt !== undefined) wakeAt.set(groupArn, Math.min(plan.wakeAt, wakeAt.get(groupArn) ?? Infinity));
      }
      if (inUse) {
        await endLost(group, rows, workers);
        await syncOpen(group, rows, workers);
        await sweep(group, rows, workers);
      }
      if (changes.size > 0) report(changes);
      if (isWithdrawn) return 'withdrawn';
      return before === serversOf(workers, group) ? 'nothing' : 'something';
    },
    close() {
      for (const key of [...probes.keys()]) stopProbe(key);
    },
  };
}

function viewTarget(target: Target, group: TargetGroup, inUse: boolean, workers: readonly WorkerView[], probe: Probing | undefined, withdrawn: ReadonlySet<number> | undefined): Parameters<typeof planTarget>[0] {
  const [backend, name] = [groupBackend(group.arn), serverName(target)];
  const stats = workers.flatMap((worker) => [worker.servers.get(backend)?.get(name), worker.servers.get(backend)?.get(openServerName(target))]).filter((stat) => stat !== undefined);
  const [worker] = workers;
  return {
    target,
    group,
    inUse,
    server: worker?.current === true ? worker.servers.get(backend)?.get(name) : undefined,
    present: stats.length > 0,
    sessions: stats.reduce((sum, stat) => sum + stat.sessions, 0),
    withdrawn: withdrawn !== undefined && workers.every((one) => withdrawn.has(one.pid)) && stats.every((stat) => stat.status === 'MAINT'),
    probe,
  };
}

/** Some target of the group is healthy. */
function isServed(worker: WorkerView, backend: string): boolean {
  return [...(worker.servers.get(backend) ?? [])].some(([name, stat]) => stat.status === 'UP' && !isOpenServer(name));
}

function put(worker: WorkerView, backend: string, name: string, stat: ServerStat): void {
  const servers = worker.servers.get(backend) ?? new Map<string, ServerStat>();
  worker.servers.set(backend, servers.set(name, stat));
}

function serversOf(workers: readonly WorkerView[], group: TargetGroup): string {
  const current = workers.find((worker) => worker.current);
  const servers = current?.servers.get(groupBackend(group.arn));
  return [...(servers ?? [])].map(([name, stat]) => `${name} ${stat.status}`).join();
}

/** Server lines of the configuration on disk: those in rotation now. */
export function serverLines(store: Store, worker: WorkerView | undefined): (backend: string) => readonly string[] {
  const groups = new Map<string, TargetGroup>();
  for (const group of store.all(targetGroups)) groups.set(groupBackend(group.arn), group);
  return (backend) => {
    const group = groups.get(backend);
    const known = worker?.servers.get(backend);
    if (group === undefined || known === undefined) return [];
    const rows = [...store.by(targets, 'group', group.arn)].filter((row) => row.drainingSince === undefined);
    const isOn = (name: string): boolean => (known.get(name)?.status ?? 'MAINT') !== 'MAINT';
    return rows.flatMap((row) => [
      ...(isOn(serverName(row)) ? [`server ${serverName(row)} ${serverArguments(group, row)}`] : []),
      ...(isOn(openServerName(row)) ? [`server ${openServerName(row)} ${openServerArguments(group, row)}`] : []),
    ]);
  };
}
