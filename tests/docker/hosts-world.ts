// Several hosts on one machine: network namespaces on one bridge (the underlay), each with a dockerd and an agent of its own; the control
// plane and its load balancer are on host 0. What is told apart by the network is as on several machines; kernel and disk are shared.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopBalancer } from '#app/balancer.ts';
import { callAdmin } from '#cli/admin-call.ts';
import { removeNamespacesOf } from '#tests/support/own-network.ts';
import type { PlatformCredentials, SdkConfig } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { TEST_IMAGE, ensureTestImage } from './agent-image.ts';

export interface TestHost {
  readonly name: string;
  /** On the underlay. */
  readonly address: string;
  readonly folder: string;
  /** Runs a command in the host's network; what it printed. Throws when it fails. */
  run(file: string, ...args: readonly string[]): string;
  /** The same, going on beside the test. */
  start(file: string, ...args: readonly string[]): ChildProcess;
  docker(...args: readonly string[]): string;
  /** The first time with a token that it joins by, except on host 0. */
  startAgent(token?: string): void;
  /** kill -9 */
  killAgent(): Promise<void>;
  /** The cable is pulled: nothing reaches the host or leaves it, and nobody is told. */
  cutOff(): void;
  heal(): void;
  /** kill -9 of agent, dockerd and all containers, and the cable pulled. It does not come back. */
  die(): Promise<void>;
}

export interface HostsWorld {
  readonly hosts: readonly TestHost[];
  readonly sdk: SdkConfig;
  readonly dataDir: string;
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  /** What servers and agents have logged. */
  log(): string;
  close(): Promise<void>;
}

export interface HostsWorldOptions {
  readonly hosts: number;
  /** Arguments of the server. */
  readonly server?: readonly string[];
  /** Arguments of a host's agent. */
  readonly agent?: (index: number) => readonly string[];
}

const ENTRY = join(import.meta.dirname, '../../src/main.ts');
const PORT = 4566;
/** Where the other hosts join over TLS. */
const JOIN_PORT = 4567;
const START_MS = 120_000;

export async function openHostsWorld(options: HostsWorldOptions): Promise<HostsWorld> {
  ensureTestImage();
  const folder = mkdtempSync(join(tmpdir(), 'longshore-hosts-'));
  const id = String(process.pid);
  const bridge = `lsu${id}`;
  const octet = 1 + (process.pid % 250);
  const undo: (() => void | Promise<void>)[] = [() => removeFolder(folder)];
  const children = new Set<ChildProcess>();
  const dataDir = join(folder, 'data');
  const credentialsFile = join(dataDir, 'credentials.json');
  const log = openSync(join(folder, 'log'), 'a');
  const close = async (): Promise<void> => {
    // Whatever fails, the rest is undone, too.
    const problems: unknown[] = [];
    for (const step of undo.reverse()) await (async () => step())().catch((error: unknown) => problems.push(error));
    if (problems.length > 0) throw new AggregateError(problems, `left behind: ${problems.join('; ')}`);
  };

  const begin = (name: string, ...command: readonly string[]): ChildProcess => {
    const child = spawn('nsenter', [`--net=/run/netns/${name}`, ...command], { stdio: ['ignore', log, log], env: { ...process.env, LONGSHORE_LOG: 'debug' } });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };

  const makeHost = async (index: number): Promise<TestHost> => {
    const name = `ls${id}h${index}`;
    const address = `10.98.${octet}.${index + 1}`;
    const own = join(folder, name);
    const socket = join(own, 'docker.sock');
    const link = `lsu${id}v${index}`.slice(-15);
    mkdirSync(own);
    ip('netns', 'add', name);
    undo.push(() => {
      removeNamespacesOf('ip', '-n', name, 'link', 'show');
      ip('netns', 'del', name);
    });
    ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('link', 'set', link, 'master', bridge, 'up');
    for (const args of [['address', 'add', `${address}/24`, 'dev', 'eth0'], ['link', 'set', 'lo', 'up'], ['link', 'set', 'eth0', 'up']]) ip('-n', name, ...args);
    const run = (file: string, ...args: readonly string[]): string => text('nsenter', `--net=/run/netns/${name}`, file, ...args);
    if (index === 0) openToTest(run, address);
    const engine = begin(name, 'dockerd', '--data-root', join(own, 'docker'), '--exec-root', join(own, 'exec'), '--pidfile', join(own, 'docker.pid'), '-H', `unix://${socket}`, '--bip', '172.17.0.1/16');
    const docker = (...args: readonly string[]): string => text('docker', '-H', `unix://${socket}`, ...args);
    undo.push(async () => {
      engine.kill('SIGTERM');
      await ended(engine);
    });
    await waitFor(`dockerd of ${name}`, () => docker('version'), { timeoutMs: START_MS, intervalMs: 200 });
    execFileSync('sh', ['-c', 'docker save "$1" | docker -H "unix://$2" load', 'sh', TEST_IMAGE, socket], { stdio: 'ignore' });
    let agent: ChildProcess | undefined;
    const host: TestHost = {
      name,
      address,
      folder: own,
      run,
      docker,
      start: (file, ...args) => spawn('nsenter', [`--net=/run/netns/${name}`, file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
      startAgent(token) {
        const local = ['--server', `http://127.0.0.1:${PORT}`, '--credentials', credentialsFile];
        const remote = token === undefined ? [] : ['--server', `https://10.98.${octet}.1:${JOIN_PORT}`, '--token', token];
        agent = begin(name, process.execPath, ENTRY, 'agent', '--data-dir', join(own, 'agent'), '--docker-socket', socket, ...(index === 0 ? local : remote), ...(options.agent?.(index) ?? []));
      },
      async killAgent() {
        agent?.kill('SIGKILL');
        if (agent !== undefined) await ended(agent);
      },
      cutOff: () => ip('link', 'set', link, 'down'),
      heal: () => ip('link', 'set', link, 'up'),
      async die() {
        ip('link', 'set', link, 'down');
        await host.killAgent();
        const containers = docker('ps', '-q').split('\n').filter(Boolean);
        const pids = containers.length === 0 ? [] : docker('inspect', '-f', '{{.State.Pid}}', ...containers).split('\n').map(Number);
        engine.kill('SIGKILL');
        await ended(engine);
        for (const pid of [...processesOf(own), ...pids]) process.kill(pid, 'SIGKILL');
      },
    };
    undo.push(async () => {
      await host.killAgent();
      if (engine.exitCode === null && engine.signalCode === null) removeContainers(docker);
    });
    return host;
  };

  let server: ChildProcess | undefined;
  const killServer = async (): Promise<void> => {
    server?.kill('SIGKILL');
    if (server !== undefined) await ended(server);
  };
  try {
    ip('link', 'add', 'name', bridge, 'type', 'bridge');
    undo.push(() => ip('link', 'del', bridge));
    ip('address', 'add', `10.98.${octet}.254/24`, 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    const allowed = ['FORWARD', '-i', bridge, '-o', bridge, '-j', 'ACCEPT'];
    text('iptables', '-w', '-I', ...allowed);
    undo.push(() => void text('iptables', '-w', '-D', ...allowed));
    const hosts = await Promise.all(Array.from({ length: options.hosts }, (_, index) => makeHost(index)));
    const url = `http://${hosts[0]!.address}:${PORT}`;
    const startServer = async (): Promise<void> => {
      server = begin(hosts[0]!.name, process.execPath, ENTRY, 'server', '--data-dir', dataDir, '--port', String(PORT), '--listen', `${hosts[0]!.address}:${JOIN_PORT}`, ...(options.server ?? []));
      await waitFor('the server', async () => (await fetch(`${url}/_health`)).ok && existsSync(credentialsFile), { timeoutMs: START_MS, intervalMs: 100 });
    };
    await startServer();
    undo.push(async () => {
      await killServer();
      await stopBalancer(dataDir);
    });
    const keys = { ...(JSON.parse(readFileSync(credentialsFile, 'utf8')) as PlatformCredentials), endpoint: url };
    for (const host of hosts) host.startAgent((await callAdmin<{ token: string }>(keys, 'POST', '/_admin/join-tokens', { cluster: 'default' })).token);
    const sdk = { endpoint: url, region: keys.region, credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey }, maxAttempts: 3 };
    return { hosts, sdk, dataDir, killServer, startServer, log: () => readFileSync(join(folder, 'log'), 'utf8'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The API is on loopback of host 0: there its port is opened to this test, which is on the underlay, too. */
function openToTest(run: TestHost['run'], address: string): void {
  run('sysctl', '-qw', 'net.ipv4.conf.all.route_localnet=1', 'net.ipv4.ip_forward=1');
  run('iptables', '-w', '-t', 'nat', '-A', 'PREROUTING', '-d', address, '-p', 'tcp', '--dport', String(PORT), '-j', 'DNAT', '--to-destination', `127.0.0.1:${PORT}`);
}

/** A dead engine leaves the file systems of its containers mounted. */
function removeFolder(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n').flatMap((line) => line.split(' ')[1] ?? []).filter((at) => at.startsWith(folder));
  for (const mount of mounts.reverse()) text('umount', '-l', mount);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** containerd and what holds its containers: they are told of the host's folder. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/exec`) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

function removeContainers(docker: TestHost['docker']): void {
  const all = docker('ps', '-aq').split('\n').filter(Boolean);
  if (all.length > 0) docker('rm', '-f', ...all);
}

function ip(...args: readonly string[]): void {
  text('ip', ...args);
}

function text(file: string, ...args: readonly string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 }).trim();
}

async function ended(child: ChildProcess): Promise<void> {
  await waitFor('a process to end', () => child.exitCode !== null || child.signalCode !== null, { timeoutMs: 30_000 }).catch(() => child.kill('SIGKILL'));
}
