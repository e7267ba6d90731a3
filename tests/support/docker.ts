// Test images made of busybox alone, built once, and the removal of what a test made. Uses the docker client as users do.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** On everything that tests leave to Docker: `docker ps -a --filter label=longshore.test`. */
export const TEST_LABEL = 'longshore.test';

export interface ImageOptions {
  /** Files beside busybox: path in the image → content. Executable. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default `["sleep", "3600"]`. */
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** Further Dockerfile instructions in `docker import --change` form: `EXPOSE 80`, `USER 1000`, `HEALTHCHECK …` does not work there. */
  readonly changes?: readonly string[];
}

/** Runs the docker client; returns what it printed, trimmed. Throws with its stderr. */
export function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 }).trim();
}

/**
 * The name of an image with a static busybox, all its applets in /bin, and your files. Made at most once per content:
 * the tag is the hash of what is in it, so it stays for the next run.
 */
export function busyboxImage(options: ImageOptions = {}): string {
  const changes = [`CMD ${JSON.stringify(options.cmd ?? ['sleep', '3600'])}`, 'ENV PATH=/bin', `LABEL ${TEST_LABEL}=image`, ...(options.changes ?? [])];
  if (options.entrypoint !== undefined) changes.push(`ENTRYPOINT ${JSON.stringify(options.entrypoint)}`);
  const busybox = staticBusybox();
  const hash = createHash('sha256').update(readFileSync(busybox)).update(JSON.stringify([options.files ?? {}, changes])).digest('hex').slice(0, 20);
  const name = `longshore-test/busybox:${hash}`;
  if (docker('image', 'ls', '-q', name) === '') importImage(name, busybox, options.files ?? {}, changes);
  return name;
}

/** Force-removes containers, then networks and volumes, that carry the label (`longshore.test=<run>`). Never images. */
export function removeByLabel(label: string): void {
  const listed = (...args: string[]): string[] => docker(...args, '--filter', `label=${label}`).split('\n').filter(Boolean);
  const containers = listed('ps', '-aq');
  if (containers.length > 0) docker('rm', '-fv', ...containers);
  const networks = listed('network', 'ls', '-q');
  if (networks.length > 0) docker('network', 'rm', ...networks);
  const volumes = listed('volume', 'ls', '-q');
  if (volumes.length > 0) docker('volume', 'rm', '-f', ...volumes);
}

/** Path of a busybox that needs no libraries. */
export function staticBusybox(): string {
  const path = ['/bin/busybox', '/usr/bin/busybox'].find((one) => existsSync(one));
  if (path === undefined) throw new Error('no busybox: apt-get install busybox-static (./longshore test does it)');
  return path;
}

function importImage(name: string, busybox: string, files: Readonly<Record<string, string>>, changes: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-image-'));
  try {
    for (const path of ['bin', 'tmp', 'etc', 'proc', 'sys', 'dev']) mkdirSync(join(folder, path), { mode: path === 'tmp' ? 0o1777 : 0o755 });
    copyFileSync(busybox, join(folder, 'bin/busybox'));
    for (const applet of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
      if (applet !== 'busybox') symlinkSync('busybox', join(folder, 'bin', applet));
    }
    writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content, { mode: 0o755 });
    }
    const tar = execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '--numeric-owner', '-c', '.'], { maxBuffer: 64 << 20 });
    const args = ['import', ...changes.flatMap((change) => ['--change', change]), '-', name];
    execFileSync('docker', args, { input: tar, stdio: ['pipe', 'pipe', 'pipe'] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
