// Room on the disk given back from the beginning of a file. Node has no call for it; `fallocate` of util-linux does it.
import { spawnSync } from 'node:child_process';

/** What the file holds up to there becomes a hole; what is behind stays where it is. False where the machine cannot do it. */
export function punchHole(path: string, bytes: number): boolean {
  return spawnSync('fallocate', ['--punch-hole', '--offset', '0', '--length', String(bytes), path], { stdio: 'ignore' }).status === 0;
}
