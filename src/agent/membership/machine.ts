// What tells this machine from another: a data folder that was copied to another machine is known by it.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Hash of the machine id and, where it can be read, the (virtual) hardware's own id: clones of a disk image share the first. 32 hex digits. */
export function machineOf(): string {
  return hash('sha256', `${read('/etc/machine-id')}\n${read('/sys/class/dmi/id/product_uuid')}`, 'hex').slice(0, 32);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
