// The image of the agent's Docker tests: busybox and nothing else, made on this machine.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TEST_IMAGE = 'longshore-test/agent-busybox:2';

const APPLETS = ['sh', 'sleep', 'echo', 'cat', 'nc', 'ip', 'true', 'false', 'kill', 'ps', 'touch', 'test', 'dd', 'tail', 'env', 'id', 'hostname', 'ls', 'mkdir', 'head', 'grep', 'httpd', 'seq', 'usleep', 'ping', 'chmod', 'printf'];

/** Makes the image unless it is there already. */
export function ensureTestImage(): void {
  try {
    execFileSync('docker', ['image', 'inspect', TEST_IMAGE], { stdio: 'ignore' });
    return;
  } catch {
    // Not there: make it.
  }
  const root = mkdtempSync(join(tmpdir(), 'longshore-image-'));
  try {
    for (const folder of ['bin', 'tmp', 'etc', 'data', 'proc', 'sys', 'dev']) mkdirSync(join(root, folder));
    copyFileSync('/bin/busybox', join(root, 'bin', 'busybox'));
    for (const applet of APPLETS) symlinkSync('busybox', join(root, 'bin', applet));
    execFileSync('sh', ['-c', 'tar -C "$1" -c . | docker import --change "ENV PATH=/bin" - "$2"', 'sh', root, TEST_IMAGE], { stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A process that ends at SIGTERM at once, which process 1 does not do by itself. */
export const OBEDIENT = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.05 & wait $!; done'];
