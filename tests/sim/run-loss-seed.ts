// One seed of a world whose hosts are cut off: services are back at what is wanted within a bound although a host stays away, and once it
// is back nothing runs twice, nothing is left over, and capacity adds up.
import { must } from '#base/assert.ts';
import { delay } from '#base/clock.ts';
import { seededRandom } from '#base/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { containerInstances } from '#model/container-instance.ts';
import { targets } from '#model/load-balancer.ts';
import { subnets } from '#model/network.ts';
import { services } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { startFaults } from './faults.ts';
import type { HostProcess } from './host-process.ts';
import type { BalancerMood } from './fake-haproxy.ts';
import type { Mutant } from './mutants.ts';
import { startPartitions } from './partitions.ts';
import type { SeedResult } from './run-seed.ts';
import { scenarioOf, type Scenario } from './scenario.ts';
import { furnishBalancer, openSimBalancer } from './service-balancer.ts';
import { openServiceCheckers } from './service-checkers.ts';
import { openServiceWorkload } from './service-workload.ts';
import { openWorld, type World } from './world.ts';

/** Silence of a connection (65 s), presence, loss, a deployment that waits, back-off of launches: with a host away. */
const AWAY_LIMIT_MS = 25 * 60_000;
const NOTICED_MS = 75_000;
const REST_LIMIT_MS = 90 * 60_000;
const STEP_MS = 2_000;
const CHAOS_MS = 240_000;

/** Few other faults: those of hosts that go and come back are what is looked for. */
function lossScenario(seed: number): Scenario {
  const base = scenarioOf(seed);
  const random = seededRandom(seed ^ 0x1055);
  const maybe = (chance: number, meanMs: number): number => (random.next() < chance ? meanMs * (0.5 + random.next()) : 0);
  return {
    ...base,
    ec2Hosts: 2 + Math.floor(random.next() * 3),
    // With one away, both sides of two deployments still fit.
    poolHosts: 4,
    chaosMs: CHAOS_MS,
    // A connection that stands loses nothing; one that is silent loses all.
    link: { ...base.link, lose: 0 },
    requests: Math.floor(random.next() * 8),
    cutEveryMs: maybe(0.3, 20_000),
    silenceEveryMs: 0,
    agentKillEveryMs: maybe(0.3, 40_000),
    powerLossEveryMs: maybe(0.15, 90_000),
    runtimeAwayEveryMs: 0,
    controlKillEveryMs: maybe(0.3, 90_000),
    hostsLost: 0,
    hostLossMs: [5_000, 20_000, 60_000][Math.floor(random.next() * 3)],
  };
}

export async function runLossSeed(seed: number, options: { mutant?: Mutant | undefined; keepTrace?: boolean } = {}): Promise<SeedResult> {
  const { mutant } = options;
  const scenario = mutant?.scenario?.(lossScenario(seed)) ?? lossScenario(seed);
  const random = seededRandom(seed ^ 0x1056);
  const balancerRandom = seededRandom(seed ^ 0x1057);
  let peace = false;
  const checkers = openServiceCheckers((what) => world.trace.note('services', what));
  const world: World = openWorld(scenario, {
    mutant,
    keepTrace: options.keepTrace ?? false,
    onControl(control) {
      control.store.watch((commit) => {
        checkers.onCommit(commit, control.store);
        balancer.onCommit(commit);
      });
      balancer.follow(control);
    },
    onStop: (taskArn) => checkers.onStop(taskArn, world.control?.store),
  });
  const { clock } = world;
  const mood = (): BalancerMood => ({ sickness: 0, slowestMs: 3_000, isUnreachable: (taskArn) => isOnHostApart(world, taskArn) });
  const balancer = openSimBalancer(clock, balancerRandom, mood, mutant, (what) => world.trace.note('balancer', what));
  const startedAt = clock.now();
  const store = (): Reader | undefined => world.control?.store;
  const workload = openServiceWorkload({
    call: world.operator, clock, random, store, note: (what) => world.trace.note('user', what), subnets: () => [...(store()?.all(subnets) ?? [])].map((subnet) => subnet.id),
  });
  const broken = (): readonly string[] => [...world.checkers.violations, ...checkers.violations, ...balancer.violations];
  const advance = async (durationMs: number): Promise<void> => {
    const end = clock.now() + durationMs;
    while (clock.now() < end && broken().length === 0) await clock.advance(Math.min(1_000, end - clock.now()));
  };

  /** Until `missing` finds nothing; `users` must have been answered by then. */
  const rest = async (users: Promise<unknown>, what: string, limitMs: number, missing: (reader: Reader, quiet: boolean) => string | undefined): Promise<void> => {
    let answered = false;
    let failed: unknown;
    users.then(() => (answered = true), (error: unknown) => (failed = error));
    const limit = clock.now() + limitMs;
    for (;;) {
      await advance(STEP_MS);
      if (failed !== undefined) throw failed;
      if (broken().length > 0) return;
      const reader = must(store(), 'control plane is up');
      const why = missing(reader, answered) ?? (answered ? world.checkers.unsettled(reader, world.hosts, clock.now()) : 'a user waits for an answer');
      if (why === undefined) return world.checkers.atRest(reader);
      if (clock.now() >= limit) throw new Error(`no rest ${what}: ${why}`);
    }
  };
  let repaired: Promise<void> | undefined;
  const settled = (reader: Reader, quiet: boolean): string | undefined => {
    const why = checkers.unsettled(reader, workload.isBad);
    if (why !== undefined && quiet && peace && repaired === undefined) repaired = workload.repair().then(() => void (repaired = undefined));
    return why ?? lingering(world, reader) ?? capacityProblem(world);
  };
  const inhabit = async (): Promise<void> => {
    await delay(clock, 2_000);
    await workload.create();
    await Promise.all(Array.from({ length: scenario.requests }, () => delay(clock, random.next() * scenario.chaosMs * 0.8).then(() => workload.request())));
  };

  const live = async (): Promise<void> => {
    await world.startControl();
    const first = must(world.control, 'control plane is up').store;
    furnishBalancer(first, clock.now());
    await advance(500);
    await first.durable();
    for (const host of world.hosts) host.start();
    const users = inhabit();
    const endFaults = startFaults(world, scenario);
    const endPartitions = startPartitions(world, random);
    await advance(scenario.chaosMs);
    if (broken().length > 0) return;
    await endFaults();
    const away = endPartitions();
    world.healed = true;
    peace = true;
    for (const host of away) host.away = true;
    // First it must be noticed: silence, then the loss time.
    await advance(NOTICED_MS + (scenario.hostLossMs ?? 60_000));
    await rest(users, `with ${away.map((host) => host.name).join(' and ')} away`, AWAY_LIMIT_MS, settled);
    if (broken().length > 0) return;
    for (const host of away) {
      host.away = false;
      world.reunite(host);
    }
    await rest(users, 'after all hosts were back', REST_LIMIT_MS, settled);
    if (broken().length > 0) return;
    await rest(workload.deleteAll(), 'after all was deleted', REST_LIMIT_MS, (reader) => {
      for (const service of reader.all(services)) if (service.status !== 'INACTIVE') return `${service.name} is ${service.status}`;
      return reader.size(targets) > 0 ? 'targets are left' : capacityProblem(world);
    });
  };

  const violations: string[] = [];
  try {
    await live();
  } catch (error) {
    violations.push(`the simulation broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const { hash, lines, count: events } = world.trace;
  return { seed, scenario, violations: [...broken(), ...violations], hash, lines, events, virtualMs: clock.now() - startedAt, tasks: world.control?.store.size(tasks) ?? 0 };
}

function isOnHostApart(world: World, taskArn: string | undefined): boolean {
  const hostArn = taskArn === undefined ? undefined : world.control?.store.get(tasks, taskArn)?.hostArn;
  return hostArn !== undefined && world.hosts.some((host: HostProcess) => world.isCutOff(host) && host.lastArn === hostArn);
}

/** Services have nothing to do with hosts that are away. */
function lingering(world: World, reader: Reader): string | undefined {
  for (const host of world.hosts) {
    if (host.away !== true || host.lastArn === undefined) continue;
    for (const task of reader.by(tasks, 'host', host.lastArn)) if (task.serviceName !== undefined) return `task ${task.arn.slice(-6)} of ${task.serviceName} is still on ${host.name}, which is away`;
  }
  return undefined;
}

/** What placement believes of each host is what the rows say. */
function capacityProblem(world: World): string | undefined {
  const { store, capacity } = must(world.control, 'control plane is up');
  const exact = CapacityIndex.of(store);
  for (const { arn } of store.all(containerInstances)) {
    const [believed, true_] = [capacity, exact].map((index) => JSON.stringify([index.remaining(arn), index.takenPorts(arn)]));
    if (believed !== true_) return `host ${arn.slice(-6)}: placement believes ${believed}, the rows say ${true_}`;
  }
  return undefined;
}
