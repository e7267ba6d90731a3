// What a seed stands for: how big the world is, what is asked of it, and what goes wrong. Every seed mixes its own few
// faults (swarm testing): a run in which everything fails at once finds less than one in which a few things fail often.
import { seededRandom } from '#base/random.ts';
import type { LinkFaults } from './lossy-link.ts';

export interface Scenario {
  readonly seed: number;
  readonly ec2Hosts: number;
  readonly poolHosts: number;
  /** Length of the time with faults. */
  readonly chaosMs: number;
  readonly requests: number;
  readonly journalDelayMs: number;
  readonly link: LinkFaults;
  /** Chance that an API call is lost on its way, and that its answer is. */
  readonly callLoss: number;
  readonly answerLoss: number;
  /** Mean time between two events of each kind; 0 = never. */
  readonly cutEveryMs: number;
  readonly silenceEveryMs: number;
  readonly agentKillEveryMs: number;
  readonly powerLossEveryMs: number;
  readonly runtimeAwayEveryMs: number;
  readonly controlKillEveryMs: number;
  /** Hosts that go for good and are deregistered. */
  readonly hostsLost: number;
  /** The control plane gives up hosts that are away for longer; undefined: never. */
  readonly hostLossMs: number | undefined;
}

/** The scenario of a seed; the same on every machine. */
export function scenarioOf(seed: number): Scenario {
  const random = seededRandom(seed ^ 0x5eed);
  const pick = <T>(...items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!;
  const maybe = (chance: number, meanMs: number): number => (random.next() < chance ? meanMs * (0.5 + random.next()) : 0);
  const big = random.next() < 0.08;
  const hosts = big ? 50 : pick(1, 2, 3, 4, 6, 8);
  const poolHosts = Math.max(1, Math.floor(hosts * pick(0.3, 0.5)));
  const slow = random.next() < 0.3;
  return {
    seed,
    ec2Hosts: Math.max(1, hosts - poolHosts),
    poolHosts,
    chaosMs: big ? 15_000 : pick(10_000, 30_000, 60_000),
    requests: big ? 50 : pick(5, 15, 30),
    journalDelayMs: pick(0, 1, 4, 20, 200),
    link: {
      minDelayMs: 1,
      maxDelayMs: slow ? 3_000 : pick(1, 5, 100),
      lose: random.next() < 0.3 ? 0.05 : 0,
      repeat: random.next() < 0.3 ? 0.1 : 0,
    },
    callLoss: random.next() < 0.4 ? 0.1 : 0,
    answerLoss: random.next() < 0.4 ? 0.1 : 0,
    cutEveryMs: maybe(0.4, 3_000),
    silenceEveryMs: maybe(0.2, 15_000),
    agentKillEveryMs: maybe(0.4, 4_000),
    powerLossEveryMs: maybe(0.2, 15_000),
    runtimeAwayEveryMs: maybe(0.2, 15_000),
    controlKillEveryMs: maybe(0.4, 8_000),
    hostsLost: random.next() < 0.15 ? 1 : 0,
    hostLossMs: random.next() < 0.15 ? pick(5_000, 20_000) : undefined,
  };
}
