// The build context of examples/hello: its files, and the machine's static busybox as the root file system to start from.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '../../examples/hello');

/** Fills `folder` anew and returns it. */
export function prepareContext(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  cpSync(EXAMPLE, folder, { recursive: true });
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (busybox === undefined) throw new Error('no busybox on this machine\n  do this:  apt-get install busybox-static');
  mkdirSync(join(folder, 'rootfs/bin'), { recursive: true });
  copyFileSync(busybox, join(folder, 'rootfs/bin/busybox'));
  chmodSync(join(folder, 'rootfs/bin/busybox'), 0o755);
  return folder;
}
