// CPU time of processes, as Linux counts it for each thread.
import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds that these processes and all their descendants have run so far; threads that have ended are not counted. */
export function cpuTimeUs(...pids: readonly number[]): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(readOr(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [...pids];
  for (const pid of family) family.push(...(children.get(pid) ?? []));
  return family.reduce((total, pid) => total + ownCpuTimeUs(pid), 0);
}

/** Without descendants. */
export function ownCpuTimeUs(pid: number): number {
  const threads = namesIn(`/proc/${pid}/task`);
  return threads.reduce((total, thread) => total + Number(readOr(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0) / 1000, 0);
}

/** A process may end between two looks at it. */
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
