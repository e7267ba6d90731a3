// One seed from beginning to end: trouble for a while, then peace, in which everything must come to rest; then all tasks
// are stopped, and nothing may be left.
import { delay } from '#base/clock.ts';
import { containerInstances } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import { seededRandom } from '#base/random.ts';
import { must } from '#base/assert.ts';
import { startFaults } from './faults.ts';
import type { Mutant } from './mutants.ts';
import { scenarioOf } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { openWorld } from './world.ts';
import type { World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Empty: all held. */
  readonly violations: readonly string[];
  readonly hash: string;
  readonly lines: readonly string[];
  readonly events: number;
  readonly virtualMs: number;
  readonly tasks: number;
}

/** Backoff of two minutes, the silence limits of both ends and a report's retries fit into it several times. */
const REST_LIMIT_MS = 20 * 60_000;
const STEP_MS = 5_000;

export async function runSeed(seed: number, options: { mutant?: Mutant | undefined; keepTrace?: boolean } = {}): Promise<SeedResult> {
  const { mutant } = options;
  const scenario = mutant?.scenario?.(scenarioOf(seed)) ?? scenarioOf(seed);
  const world = openWorld(scenario, { mutant, keepTrace: options.keepTrace ?? false });
  const startedAt = world.clock.now();
  const violations: string[] = [];
  let count = 0;
  try {
    await live(world, scenario);
    count = must(world.control, 'control plane is up').store.size(tasks);
  } catch (error) {
    violations.push(`the simulation broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  violations.unshift(...world.checkers.violations);
  const { trace } = world;
  return { seed, scenario, violations, hash: trace.hash, lines: trace.lines, events: trace.count, virtualMs: world.clock.now() - startedAt, tasks: count };
}

async function live(world: World, scenario: Scenario): Promise<void> {
  const { workload, checkers } = world;
  await world.startControl();
  for (const host of world.hosts) host.start();
  const users = inhabit(world, scenario);
  const endFaults = startFaults(world, scenario);
  await advance(world, scenario.chaosMs);
  if (checkers.violations.length > 0) return;

  await endFaults();
  world.healed = true;
  await rest(world, users, 'after the faults');
  if (checkers.violations.length > 0) return;
  await rest(world, Promise.all([workload.lookAtAll(), workload.stopAll()]).then(() => workload.lookAtAll()), 'after all was stopped');
  if (checkers.violations.length > 0) return;
  const store = must(world.control, 'control plane is up').store;
  for (const host of store.all(containerInstances)) {
    if (store.count(tasks, 'host', host.arn) > 0) throw new Error(`host ${host.arn} still holds tasks`);
  }
  for (const host of world.hosts) {
    if (!host.lost && host.runtime.containers.length > 0) throw new Error(`${host.name} still has containers`);
  }
}

/** Virtual time goes on in small steps, so that a broken run ends early. */
async function advance(world: World, durationMs: number): Promise<void> {
  const end = world.clock.now() + durationMs;
  while (world.clock.now() < end && world.checkers.violations.length === 0) await world.clock.advance(Math.min(1_000, end - world.clock.now()));
}

/** Until users are answered and nothing moves any more; then the checkers look at everything. */
async function rest(world: World, users: Promise<unknown>, when: string): Promise<void> {
  const { clock, checkers } = world;
  let answered = false;
  let failed: unknown;
  users.then(() => (answered = true), (error: unknown) => (failed = error));
  const limit = clock.now() + REST_LIMIT_MS;
  for (;;) {
    await advance(world, STEP_MS);
    if (failed !== undefined) throw failed;
    if (checkers.violations.length > 0) return;
    const store = must(world.control, 'control plane is up').store;
    const why = answered ? checkers.unsettled(store, world.hosts, clock.now()) : 'a user waits for an answer';
    if (why === undefined) return checkers.atRest(store);
    if (clock.now() >= limit) throw new Error(`no rest ${when}: ${why}`);
  }
}

/** Users come at random times for as long as there are faults; resolves when all were answered. */
async function inhabit(world: World, scenario: Scenario): Promise<void> {
  const random = seededRandom(scenario.seed ^ 0x0b5e55ed);
  const { clock, workload } = world;
  await workload.register();
  // Without any host the first requests would only be refused.
  await delay(clock, 500);
  const visits = Array.from({ length: scenario.requests }, async () => {
    await delay(clock, random.next() * scenario.chaosMs * 0.9);
    await workload.request();
  });
  await Promise.all(visits);
}
