// Hosts that are cut off from the control plane for a while; one of each kind may stay away when the trouble is over.
import { delay } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { HostProcess } from './host-process.ts';
import type { World } from './world.ts';

/** Begins. The returned function ends it: every host is back but those it returns, which stay cut off until they are reunited. */
export function startPartitions(world: World, random: Random): () => HostProcess[] {
  const { clock, hosts } = world;
  const between = (lowMs: number, highMs: number): number => lowMs + random.next() * (highMs - lowMs);
  let over = false;
  const strike = async (): Promise<void> => {
    for (;;) {
      await delay(clock, between(5_000, 60_000));
      if (over) return;
      const host = hosts[Math.floor(random.next() * hosts.length)]!;
      if (world.isCutOff(host)) continue;
      world.cutOff(host);
      // Some are back before anybody has noticed, some after they were given up.
      clock.after(between(1_000, 200_000), () => {
        if (!over) world.reunite(host);
      });
    }
  };
  void strike();
  return () => {
    over = true;
    const away = [hosts.find((host) => host.name.startsWith('ec2')), hosts.find((host) => host.name.startsWith('pool'))].filter((host) => host !== undefined && random.next() < 0.7) as HostProcess[];
    for (const host of hosts) {
      if (!away.includes(host)) world.reunite(host);
      else if (!world.isCutOff(host)) world.cutOff(host);
    }
    return away;
  };
}
