// The balancer in a world: the real one, over a HAProxy that is none (fake-haproxy.ts). It finds targets healthy after a while,
// sometimes not; either may be killed. What must hold: no request reaches a task that is told to stop, and none of it is under way
// then; none is cut off.
import { leash } from '#agent/leash.ts';
import { openBalancer } from '#balancer/balancer.ts';
import type { BalancerParts } from '#balancer/parts.ts';
import type { Probing } from '#balancer/prober.ts';
import type { Clock } from '#base/clock.ts';
import { silentLogger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { groupBackend, isOpenServer, serverName } from '#core/balancer/names.ts';
import { listeners, loadBalancers, targetGroups, targets } from '#model/load-balancer.ts';
import type { Target } from '#model/load-balancer.ts';
import { vpcs } from '#model/network.ts';
import { tasks } from '#model/task.ts';
import type { Commit, Reader, Store } from '#store/store.ts';
import { ACCOUNT, REGION } from './control-process.ts';
import type { ControlProcess } from './control-process.ts';
import { fakeHaproxy, type BalancerMood, type FakeServer } from './fake-haproxy.ts';
import type { Mutant } from './mutants.ts';

const ELB = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;
const EVERY_MS = 250;

/** One group for each way to register. */
export const GROUPS = { instance: `${ELB}:targetgroup/by-host/1`, ip: `${ELB}:targetgroup/by-ip/2`, green: `${ELB}:targetgroup/green/3` } as const;
export const RULE = `${ELB}:listener/app/front/1/3`;

/** The balancer as it is, over a HAProxy that outlives it. */
export interface SimBalancer {
  /** It follows the rows of this control plane until that dies. */
  follow(control: ControlProcess): void;
  /** kill -9 of the balancer alone; another takes over. */
  restart(): void;
  /** kill -9 of HAProxy. */
  killHaproxy(): void;
  readonly violations: readonly string[];
  onCommit(commit: Commit): void;
  /** The containers of a task are stopped, as was planned. */
  onStop(taskArn: string, reader: Reader | undefined): void;
  /** Why rotation is not what the rows say; undefined when it is. */
  unsettled(reader: Reader): string | undefined;
}

export function openSimBalancer(clock: Clock, random: Random, mood: () => BalancerMood, mutant: Mutant | undefined, note: (what: string) => void): SimBalancer {
  const fake = fakeHaproxy(clock, random, mood);
  const tasksByServer = new Map<string, string>();
  const stopped = new Set<string>();
  const violations: string[] = [];
  let control: ControlProcess | undefined;
  let life = leash();

  const open = (): void => {
    life.release();
    life = leash();
    if (control?.alive !== true) return;
    const parts: BalancerParts = {
      files: fake.files,
      haproxy: life.hold({ ...fake.haproxy, master: life.hold(fake.haproxy.master) }),
      accessLog: { update() {}, close: async () => {} },
      takenBinds: async () => new Set(),
      takenVpcBinds: async () => new Set(),
      startProbe: (target, _group, own, onSuccess) => probe(target, own, random, mood, onSuccess),
    };
    openBalancer({ store: control.store, clock: life.clock(clock), log: silentLogger, parts: mutant?.balancerParts?.(parts) ?? parts });
  };
  const taskOf = ({ backend, name }: FakeServer): string | undefined => tasksByServer.get(`${backend}/${plainName(name)}`);
  const violate = (what: string): void => {
    if (violations.length > 0) return;
    note(`VIOLATION ${what}`);
    violations.push(what);
  };
  const look = (): void => {
    fake.tick((server) => mood().isUnreachable?.(taskOf(server)) === true);
    if (control?.alive !== true) life.release();
    for (const server of fake.inRotation()) {
      const taskArn = taskOf(server);
      if (taskArn !== undefined && stopped.has(taskArn)) violate(`task ${taskArn.slice(-6)} gets requests after its containers were told to stop`);
    }
    // No request takes as long as the deregistration delay.
    for (const { backend, name } of fake.cut) violate(`a request of ${backend}/${name} is cut off`);
    clock.after(EVERY_MS, look);
  };
  clock.after(EVERY_MS, look);

  return {
    violations,
    follow(next) {
      control = next;
      open();
    },
    restart() {
      note('balancer killed');
      open();
    },
    killHaproxy() {
      note('HAProxy killed');
      fake.kill();
    },
    onCommit({ changes }) {
      for (const { table, after } of changes) {
        if (table.name !== targets.name || after === undefined) continue;
        const row = after as Target;
        // An address may be another task's later.
        if (row.taskArn !== undefined) tasksByServer.set(`${groupBackend(row.targetGroupArn)}/${serverName(row)}`, row.taskArn);
      }
    },
    onStop(taskArn, reader) {
      const task = reader?.get(tasks, taskArn);
      // With its host given up for lost, it was taken for stopped before.
      if (task?.loadBalancers === undefined || task.lastStatus === 'STOPPED') return;
      if (task.stopCode !== 'ServiceSchedulerInitiated' && task.stopCode !== 'UserInitiated') return;
      stopped.add(taskArn);
      if (fake.busy().some((server) => taskOf(server) === taskArn)) violate(`containers of task ${taskArn.slice(-6)} are stopped while a request of it is under way`);
    },
    unsettled(reader) {
      const current = fake.current();
      if (current === undefined) return reader.size(targets) > 0 ? 'HAProxy is down' : undefined;
      const have = [...current.values()].filter((server) => server.status === 'UP').map((server) => `${server.backend}/${server.name}`).sort();
      const want = [...reader.all(targets)].map((row) => `${groupBackend(row.targetGroupArn)}/${serverName(row)}`).sort();
      return have.join() === want.join() ? undefined : `in rotation are ${have.join() || 'none'}; rows say ${want.join() || 'none'}`;
    },
  };
}

function plainName(name: string): string {
  return isOpenServer(name) ? name.slice(name.indexOf('-') + 1) : name;
}

/** A target answers after a while. */
function probe(target: Target, clock: Clock, random: Random, mood: () => BalancerMood, onSuccess: () => void): Probing {
  let [succeeded, stopped] = [false, false];
  const ask = (): void => {
    if (stopped) return;
    const { slowestMs, isUnreachable } = mood();
    if (random.next() >= (2 * EVERY_MS) / slowestMs || isUnreachable?.(target.taskArn) === true) return void clock.after(EVERY_MS, ask);
    succeeded = true;
    onSuccess();
  };
  clock.after(EVERY_MS, ask);
  return {
    startedAt: clock.now(),
    get succeeded() {
      return succeeded;
    },
    stop: () => void (stopped = true),
  };
}

/** The rows of a load balancer that forwards to every group. */
export function furnishBalancer(store: Store, now: number): void {
  const owned = { account: ACCOUNT, region: REGION, tags: [] };
  const healthCheck = { enabled: true, protocol: 'HTTP', port: 'traffic-port', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 };
  store.transact((tx) => {
    const [vpc] = tx.all(vpcs);
    const vpcId = vpc?.id ?? '';
    const arn = `${ELB}:loadbalancer/app/front/1`;
    tx.put(loadBalancers, {
      ...owned, arn, name: 'front', type: 'application', scheme: 'internal', vpcId, subnetIds: [], securityGroupIds: [], ipAddressType: 'ipv4', dnsName: 'front',
      hostAddress: '127.0.0.2', networkInterfaceId: 'eni-0', privateIpAddress: '10.0.0.9', state: 'active', attributes: {}, createdAt: now,
    });
    for (const [name, group] of Object.entries(GROUPS)) {
      const targetType = name === 'instance' ? 'instance' : 'ip';
      const attributes = { 'deregistration_delay.timeout_seconds': '20' };
      tx.put(targetGroups, { ...owned, arn: group, name, protocol: 'HTTP', port: 80, vpcId, targetType, healthCheck, attributes, createdAt: now });
    }
    const listener = { ...owned, loadBalancerArn: arn, protocol: 'HTTP' as const, certificateArns: [], attributes: {}, createdAt: now };
    const forward = (group: string) => [{ type: 'forward' as const, order: 1, targets: [{ targetGroupArn: group, weight: 1 }] }];
    tx.put(listeners, { ...listener, arn: `${ELB}:listener/app/front/1/2`, port: 80, defaultActions: forward(GROUPS.instance) });
    tx.put(listeners, { ...listener, arn: RULE, port: 81, defaultActions: forward(GROUPS.ip) });
    tx.put(listeners, { ...listener, arn: `${ELB}:listener/app/front/1/4`, port: 82, defaultActions: forward(GROUPS.green) });
  });
}
