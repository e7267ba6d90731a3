// Tells the task runtime (tools/setup/task-runtime.sh) which network namespace a container is to be in: a link named after the container's
// id. Docker has no word for it that its version 20.10 would pass on.
import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { failed, done, type Outcome } from '../runtime.ts';
import { NAMESPACE_NOTES as LINKS, NAMESPACES } from '../network/linux-interfaces.ts';

/** Idempotent. */
export function linkNamespace(containerId: string, namespace: string): Outcome<void> {
  const link = join(LINKS, containerId);
  const target = join(NAMESPACES, namespace);
  try {
    if (targetOf(link) === target) return done(undefined);
    mkdirSync(LINKS, { recursive: true, mode: 0o700 });
    rmSync(`${link}.new`, { force: true });
    symlinkSync(target, `${link}.new`);
    renameSync(`${link}.new`, link);
    return done(undefined);
  } catch (error) {
    return failed('CannotStartContainerError', `network namespace ${namespace}: ${(error as Error).message}`);
  }
}

export function unlinkNamespace(containerId: string): void {
  rmSync(join(LINKS, containerId), { force: true });
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
