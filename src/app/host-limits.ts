// What this machine does not let anybody raise: seen on hosts that are containers or small virtual machines themselves.
import { readFileSync } from 'node:fs';

const CAP_SYS_RESOURCE = 24n;

/** The hard limit of open files when nobody here may raise it; undefined when limits can be raised. */
export function hostOpenFiles(): number | undefined {
  try {
    const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (bounding === undefined || (BigInt(`0x${bounding}`) >> CAP_SYS_RESOURCE) & 1n) return undefined;
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return hard === undefined ? undefined : Number(hard);
  } catch {
    return undefined;
  }
}
