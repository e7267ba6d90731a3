// What tells a process from a later one with the same number: when it started, in which life of the machine.
import { readFileSync } from 'node:fs';

/** Clock ticks from the machine's boot to the process's start; undefined when there is none, or only what a dead one left. */
export function startTicksOf(pid: number): string | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || fields[0] === 'Z' ? undefined : fields[19];
}

/** Another one after each boot; empty where the kernel does not tell. */
export function bootId(): string {
  return readOrEmpty('/proc/sys/kernel/random/boot_id').trim();
}

/** A file of /proc, which may go away at any moment. */
export function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
