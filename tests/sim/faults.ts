// What goes wrong, and when: each kind of event comes at random times for as long as the trouble lasts.
import { delay } from '#base/clock.ts';
import { seededRandom } from '#base/random.ts';
import type { HostProcess } from './host-process.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** Begins the trouble. The returned function ends it: everything that can come back is back when it resolves. */
export function startFaults(world: World, scenario: Scenario): () => Promise<void> {
  const { clock, trace } = world;
  const random = seededRandom(scenario.seed ^ 0xfa17);
  let over = false;

  const anyHost = (): HostProcess => world.hosts[Math.floor(random.next() * world.hosts.length)]!;
  const between = (lowMs: number, highMs: number): number => lowMs + random.next() * (highMs - lowMs);
  const every = async (meanMs: number, happen: () => void | Promise<void>): Promise<void> => {
    if (meanMs === 0) return;
    for (;;) {
      await delay(clock, -Math.log(1 - random.next()) * meanMs);
      if (over) return;
      await happen();
    }
  };
  const restartLater = (host: HostProcess, afterMs: number): void => {
    clock.after(afterMs, () => {
      if (over || host.lost || host.agent !== undefined) return;
      trace.note(host.name, 'agent starts');
      host.start();
    });
  };

  void every(scenario.cutEveryMs, () => {
    const list = world.connectionsOf(anyHost());
    list[Math.floor(random.next() * list.length)]?.cut();
  });
  void every(scenario.silenceEveryMs, () => {
    for (const connection of world.connectionsOf(anyHost())) connection.goSilent();
  });
  void every(scenario.agentKillEveryMs, () => {
    const host = anyHost();
    if (host.agent === undefined) return;
    world.killAgent(host);
    restartLater(host, between(10, 5_000));
  });
  void every(scenario.powerLossEveryMs, () => {
    const host = anyHost();
    if (host.lost) return;
    world.losePower(host);
    restartLater(host, between(1_000, 10_000));
  });
  void every(scenario.runtimeAwayEveryMs, () => {
    const host = anyHost();
    trace.note(host.name, 'runtime goes away');
    host.runtime.goAway();
    clock.after(between(100, 8_000), () => host.runtime.comeBack());
  });
  void every(scenario.controlKillEveryMs, async () => {
    world.killControl();
    await delay(clock, between(10, 4_000));
    if (!over) await world.startControl();
  });
  for (let lost = 0; lost < scenario.hostsLost; lost++) {
    clock.after(between(0.3, 0.9) * scenario.chaosMs, () => {
      const host = world.hosts.find((h) => !h.lost && h.name.startsWith('ec2'));
      if (host === undefined || over) return;
      trace.note(host.name, 'lost for good');
      world.losePower(host);
      host.lost = true;
    });
  }

  return async () => {
    over = true;
    await world.startControl();
    for (const host of world.hosts) {
      host.runtime.comeBack();
      host.start();
    }
    for (const host of world.hosts) if (host.lost) await deregister(world, host);
  };
}

async function deregister(world: World, host: HostProcess): Promise<void> {
  const arn = host.lastArn;
  if (arn === undefined) return;
  const answered = world.operator('DeregisterContainerInstance', { cluster: 'default', containerInstance: arn, force: true }).catch((error: unknown) => error);
  let done = false;
  void answered.then(() => (done = true));
  await world.clock.runUntil(() => done, { what: 'deregistration' });
  const error = (await answered) as { code?: string } | undefined;
  world.trace.note('operator', `deregistered ${host.name} ${error instanceof Error ? String(error) : ''}`);
}
