// The processes of a command that Docker began in a container, as this host sees them.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Every process of the session that `leader` began (a runtime makes each command the leader of one), of this container: a number that
 * came round again must not hit another's. None when the engine's processes are not to be seen from here.
 */
export function processesOf(leader: number, containerId: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && (pid === leader || sessionOf(pid) === leader) && isOf(pid, containerId)) found.push(pid);
  }
  return found;
}

/** Whether it is a living process of the container. */
export function isOf(pid: number, containerId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerId) && !statOf(pid)?.startsWith('Z');
  } catch {
    return false;
  }
}

/** Of one that has ended meanwhile nothing happens. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function sessionOf(pid: number): number | undefined {
  const fields = statOf(pid)?.split(' ');
  return fields === undefined ? undefined : Number(fields[3]);
}

/** `state parent group session …`: what follows the name, which may hold anything. */
function statOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
