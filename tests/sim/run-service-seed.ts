// One seed of a world with services: trouble for a while, then peace, in which every deployment must end and every service
// be as wanted; then all services are deleted, and nothing may be left.
import { must } from '#base/assert.ts';
import { delay } from '#base/clock.ts';
import { seededRandom } from '#base/random.ts';
import { targets } from '#model/load-balancer.ts';
import { subnets } from '#model/network.ts';
import { services } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { startFaults } from './faults.ts';
import type { Mutant } from './mutants.ts';
import type { SeedResult } from './run-seed.ts';
import { furnishBalancer, openSimBalancer } from './service-balancer.ts';
import { openServiceCheckers } from './service-checkers.ts';
import { openServiceWorkload } from './service-workload.ts';
import { scenarioOf } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { openWorld } from './world.ts';


const REST_LIMIT_MS = 90 * 60_000;
const STEP_MS = 2_000;

function serviceScenario(seed: number): Scenario {
  const scenario = scenarioOf(seed);
  // Small worlds: what is looked for is in the order of events, not in numbers.
  return { ...scenario, ec2Hosts: Math.min(4, scenario.ec2Hosts + 1), poolHosts: Math.min(3, scenario.poolHosts + 1), chaosMs: 30_000, requests: Math.min(12, scenario.requests) };
}

export async function runServiceSeed(seed: number, options: { mutant?: Mutant | undefined; keepTrace?: boolean } = {}): Promise<SeedResult> {
  const scenario = serviceScenario(seed);
  const balancerRandom = seededRandom(seed ^ 0xba1a);
  const random = seededRandom(seed ^ 0x5e41);
  let peace = false;
  const mood = () => ({ sickness: peace || seed % 3 !== 0 ? 0 : 0.01, slowestMs: 3_000 });
  const checkers = openServiceCheckers((what) => world.trace.note('services', what));
  const world = openWorld(scenario, {
    mutant: options.mutant,
    keepTrace: options.keepTrace ?? false,
    onControl(control) {
      control.store.watch((commit) => {
        checkers.onCommit(commit, control.store);
        balancer.onCommit(commit);
      });
      balancer.follow(control);
    },
    onStop: (taskArn) => {
      checkers.onStop(taskArn, world.control?.store);
      balancer.onStop(taskArn, world.control?.store);
    },
  });
  const { clock } = world;
  const balancer = openSimBalancer(clock, balancerRandom, mood, options.mutant, (what) => world.trace.note('balancer', what));
  const startedAt = clock.now();
  const store = (): Reader | undefined => world.control?.store;
  const workload = openServiceWorkload({
    call: world.operator,
    clock,
    random,
    store,
    subnets: () => [...(store()?.all(subnets) ?? [])].map((subnet) => subnet.id),
    note: (what) => world.trace.note('user', what),
    oddRandom: seed % 5 >= 3 ? seededRandom(seed ^ 0x0dd) : undefined,
  });
  const broken = (): readonly string[] => [...world.checkers.violations, ...checkers.violations, ...balancer.violations];

  const advance = async (durationMs: number): Promise<void> => {
    const end = clock.now() + durationMs;
    while (clock.now() < end && broken().length === 0) await clock.advance(Math.min(1_000, end - clock.now()));
  };
  const rest = async (users: Promise<unknown>, what: string, missing: (reader: Reader) => string | undefined): Promise<void> => {
    let answered = false;
    let failed: unknown;
    users.then(() => (answered = true), (error: unknown) => (failed = error));
    const limit = clock.now() + REST_LIMIT_MS;
    for (;;) {
      await advance(STEP_MS);
      if (failed !== undefined) throw failed;
      if (broken().length > 0) return;
      const reader = must(store(), 'control plane is up');
      const why = answered ? (missing(reader) ?? balancer.unsettled(reader) ?? world.checkers.unsettled(reader, world.hosts, clock.now())) : 'a user waits for an answer';
      if (why === undefined) return world.checkers.atRest(reader);
      if (clock.now() >= limit) throw new Error(`no rest ${what}: ${why}`);
    }
  };
  const inhabit = async (): Promise<void> => {
    await delay(clock, 500);
    await workload.create();
    await Promise.all(
      Array.from({ length: scenario.requests }, async () => {
        await delay(clock, random.next() * scenario.chaosMs * 0.8);
        await workload.request();
      }),
    );
  };

  /** One seed in two each. */
  const troubleBalancer = (): void => {
    const every = async (happen: () => void): Promise<void> => {
      const meanMs = 2_000 + balancerRandom.next() * 6_000;
      if (balancerRandom.next() < 0.5) return;
      for (;;) {
        await delay(clock, -Math.log(1 - balancerRandom.next()) * meanMs);
        if (peace) return;
        happen();
      }
    };
    void every(balancer.restart);
    void every(balancer.killHaproxy);
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
    troubleBalancer();
    await advance(scenario.chaosMs);
    if (broken().length > 0) return;
    await endFaults();
    world.healed = true;
    peace = true;
    let repaired: Promise<void> | undefined;
    let quiet = false;
    void users.then(() => (quiet = true));
    await rest(users, 'after the faults', (reader) => {
      const why = checkers.unsettled(reader, workload.isBad);
      if (why !== undefined && quiet && repaired === undefined) repaired = workload.repair().then(() => void (repaired = undefined));
      return why;
    });
    if (broken().length > 0) return;
    await rest(workload.deleteAll(), 'after all was deleted', (reader) => {
      for (const service of reader.all(services)) if (service.status !== 'INACTIVE') return `${service.name} is ${service.status}`;
      return reader.size(targets) > 0 ? 'targets are left' : undefined;
    });
  };

  const violations: string[] = [];
  try {
    await live();
  } catch (error) {
    violations.push(`the simulation broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const { hash, lines, count: events } = world.trace;
  const made = world.control?.store.size(tasks) ?? 0;
  return { seed, scenario, violations: [...broken(), ...violations], hash, lines, events, virtualMs: clock.now() - startedAt, tasks: made };
}
