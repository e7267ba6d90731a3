// How many more instances the waiting tasks fill: first fit, largest first, as a lower bound that is also reachable for like tasks.
import type { ReservedResources } from '#model/task.ts';

interface Room {
  cpu: number;
  memoryMiB: number;
  gpus: number;
  readonly ports: Set<string>;
}

/** Tasks that no instance of this size could ever take are left out. */
export function instancesFor(waiting: readonly ReservedResources[], size: { readonly cpu: number; readonly memoryMiB: number; readonly gpus: number }): number {
  const fits = (task: ReservedResources, room: Omit<Room, 'ports'>): boolean => task.cpu <= room.cpu && task.memoryMiB <= room.memoryMiB && task.gpus <= room.gpus;
  const share = (task: ReservedResources): number => Math.max(task.cpu / Math.max(1, size.cpu), task.memoryMiB / Math.max(1, size.memoryMiB));
  const rooms: Room[] = [];
  for (const task of waiting.filter((each) => fits(each, size)).toSorted((a, b) => share(b) - share(a))) {
    const ports = [...task.tcpPorts.map((port) => `t${port}`), ...task.udpPorts.map((port) => `u${port}`)];
    let room = rooms.find((each) => fits(task, each) && !ports.some((port) => each.ports.has(port)));
    if (room === undefined) rooms.push((room = { ...size, ports: new Set() }));
    room.cpu -= task.cpu;
    room.memoryMiB -= task.memoryMiB;
    room.gpus -= task.gpus;
    for (const port of ports) room.ports.add(port);
  }
  return rooms.length;
}
