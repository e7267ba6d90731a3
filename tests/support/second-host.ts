// Another machine, as far as this one can be two: a network namespace with a cable to ours and a Docker Engine of its own.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeNamespacesOf } from './own-network.ts';
import { waitFor } from './wait-for.ts';

export interface SecondHost {
  /** This machine's address on the cable. */
  readonly ourAddress: string;
  readonly address: string;
  readonly dockerSocket: string;
  /** Runs a program over there; its output is collected. */
  spawn(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): RemoteProcess;
  /** Runs the docker client against its engine. Throws with what it printed. */
  docker(...args: readonly string[]): string;
  /** The cable: cut, nothing passes and nobody is told. */
  cut(): void;
  heal(): void;
  stop(): Promise<void>;
}

export interface RemoteProcess {
  readonly pid: number;
  output(): string;
  /** Resolves with the exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** @param index 0 to 63: which 10.213.x.0/30 the cable is */
export async function startSecondHost(index = 0): Promise<SecondHost> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-host-'));
  const [ourAddress, address] = [`10.213.${index}.1`, `10.213.${index}.2`];
  const [near, far] = [`lsh${index}a`, `lsh${index}b`];
  // The namespace lives as long as a process in it.
  const holder = spawn('unshare', ['--net', 'sleep', '100000'], { stdio: 'ignore' });
  const inside = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
  const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const children: ChildProcess[] = [holder];
  const last = (): void => children.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', last);

  const launch = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): RemoteProcess => {
    const child = spawn(inside[0]!, [inside[1]!, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    children.push(child);
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    return {
      pid: child.pid ?? 0,
      output: () => output.join(''),
      ended,
      async end(signal = 'SIGTERM') {
        child.kill(signal);
        return ended;
      },
    };
  };

  const dockerSocket = join(folder, 'docker.sock');
  const docker = (...args: readonly string[]): string =>
    execFileSync('docker', ['-H', `unix://${dockerSocket}`, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

  // unshare has made the namespace once it is another than ours.
  await waitFor('the namespace', () => netOf('self') !== netOf(String(holder.pid)), { timeoutMs: 10_000 });
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', String(holder.pid));
  ip('addr', 'add', `${ourAddress}/30`, 'dev', near);
  ip('link', 'set', near, 'up');
  for (const line of [`addr add ${address}/30 dev ${far}`, `link set ${far} up`, 'link set lo up', `route add default via ${ourAddress}`]) {
    execFileSync(inside[0]!, [inside[1]!, 'ip', ...line.split(' ')], { stdio: 'pipe' });
  }
  const engine = launch('dockerd', [
    '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid'), '-H', `unix://${dockerSocket}`,
  ]);
  const host: SecondHost = {
    ourAddress,
    address,
    dockerSocket,
    spawn: launch,
    docker,
    cut: () => void ip('link', 'set', near, 'down'),
    heal: () => void ip('link', 'set', near, 'up'),
    async stop() {
      const containers = attempt(() => docker('ps', '-aq'))?.split('\n').filter(Boolean) ?? [];
      if (containers.length > 0) attempt(() => docker('rm', '-fv', ...containers));
      removeNamespacesOf(inside[0]!, inside[1]!, 'ip', 'link', 'show');
      for (const child of children.slice(1)) {
        child.kill('SIGTERM');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      attempt(() => ip('link', 'del', near));
      holder.kill('SIGKILL');
      process.removeListener('exit', last);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await waitFor('the second Docker Engine', () => attempt(() => docker('version', '--format', '{{.Server.Version}}')), { timeoutMs: 60_000, intervalMs: 200 });
  } catch (error) {
    await host.stop();
    throw new Error(`the second Docker Engine did not start:\n${engine.output().slice(-2000)}`, { cause: error });
  }
  return host;
}

function netOf(pid: string): string | undefined {
  return attempt(() => execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }));
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
