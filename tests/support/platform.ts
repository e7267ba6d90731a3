// The real platform as child processes: server and, if asked, agent, on a free port with a data folder of its own.
// Either may be killed and started again; what was on disk is what it comes back with.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopBalancer } from '#app/balancer.ts';
import { stopInstances } from '#app/instances.ts';
import { claimOwnNetwork, removeNetworksOf, vpcsOf } from './own-network.ts';
import { stopEveryTask } from './stop-every-task.ts';
import { waitFor } from './wait-for.ts';

export interface PlatformOptions {
  /** Arguments of the agent (`[]` for none of your own); absent: no agent. */
  readonly agent?: readonly string[];
  readonly auth?: 'strict' | 'relaxed';
  /** More arguments of the server. */
  readonly server?: readonly string[];
}

export interface PlatformCredentials {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly agent: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What `new ECSClient(…)` and its sisters take. */
export interface SdkConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

export interface TestPlatform {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly credentials: PlatformCredentials;
  /** For SDK clients; no retries, so that a test sees the first answer. */
  readonly sdk: SdkConfig;
  /** Environment for AWS CLI and boto3: this process's own, pointed here. */
  readonly env: NodeJS.ProcessEnv;
  serverPid(): number;
  agentPid(): number;
  /** All that server and agent have printed. */
  log(): string;
  /** SIGKILL; resolves when the process is gone. */
  killServer(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  killAgent(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stopServer(): Promise<number | null>;
  stopAgent(): Promise<number | null>;
  /** Starts a dead server again on the same port and folder; resolves when it answers. */
  startServer(): Promise<void>;
  /** Starts a dead agent again on the same folder. */
  startAgent(): Promise<void>;
  /** Stops every task, ends both processes, removes the folder. Safe to call in any state. */
  stop(): Promise<void>;
}

const ENTRY = join(import.meta.dirname, '../../src/main.ts');
const READY_MS = 30_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Starts it and waits until the server answers. With an agent, tasks may be run at once: they wait for it to register. */
export async function startPlatform(options: PlatformOptions = {}): Promise<TestPlatform> {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-test-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const credentialsFile = join(dataDir, 'credentials.json');
  const output: string[] = [];
  let server: Child | undefined;
  let agent: Child | undefined;

  const startServer = async (): Promise<void> => {
    server = startChild(['server', '--data-dir', dataDir, '--port', String(port), '--auth', options.auth ?? 'strict', ...(options.server ?? [])], output);
    await answers(url, credentialsFile, server, output);
  };
  const startAgent = async (): Promise<void> => {
    agent = startChild(['agent', '--server', url, '--data-dir', join(dataDir, 'agent'), '--credentials', credentialsFile, ...(options.agent ?? [])], output);
  };
  const onSignal = (): void => void stop().finally(() => process.exit(130));
  const stop = async (): Promise<void> => {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    const networks = agent !== undefined && server?.alive() ? await vpcsOf(sdkOf(read(credentialsFile))) : [];
    if (agent?.alive() && server?.alive()) await stopEveryTask(sdkOf(read(credentialsFile)));
    await agent?.end('SIGTERM');
    await server?.end('SIGTERM');
    removeNetworksOf(networks);
    await stopInstances(dataDir);
    await stopBalancer(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  };

  // A benchmark that is interrupted leaves neither HAProxy nor bridges behind.
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await startServer();
    if (options.agent !== undefined) {
      await claimOwnNetwork(sdkOf(read(credentialsFile)));
      await startAgent();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials = read(credentialsFile);
  return {
    url,
    port,
    dataDir,
    credentials,
    sdk: sdkOf(credentials),
    env: environment(credentials),
    serverPid: () => server?.pid ?? 0,
    agentPid: () => agent?.pid ?? 0,
    log: () => output.join(''),
    killServer: async () => void (await server?.end('SIGKILL')),
    killAgent: async () => void (await agent?.end('SIGKILL')),
    stopServer: async () => (await server?.end('SIGTERM')) ?? null,
    stopAgent: async () => (await agent?.end('SIGTERM')) ?? null,
    startServer,
    startAgent,
    stop,
  };
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

interface Child {
  readonly pid: number;
  alive(): boolean;
  /** Sends the signal and waits for the end; after 20 s of SIGTERM, SIGKILL. The exit code, null after a signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

function startChild(args: readonly string[], output: string[]): Child {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  // A test process that dies must not leave its platform behind.
  const last = (): void => void child.kill('SIGKILL');
  process.once('exit', last);
  child.once('exit', () => process.removeListener('exit', last));
  return {
    pid: child.pid ?? 0,
    alive,
    async end(signal) {
      if (alive()) {
        const ended = once(child, 'exit');
        child.kill(signal);
        await waitFor('the process to end', () => !alive(), { timeoutMs: 20_000 }).catch(() => child.kill('SIGKILL'));
        await ended;
      }
      return child.exitCode;
    },
  };
}

async function answers(url: string, credentialsFile: string, server: Child, output: string[]): Promise<void> {
  const ready = async (): Promise<'ready' | 'dead' | undefined> => {
    if (!server.alive()) return 'dead';
    const response = await fetch(`${url}/_health`);
    return response.ok && existsSync(credentialsFile) ? 'ready' : undefined;
  };
  const seen = await waitFor('the server to answer', ready, { timeoutMs: READY_MS }).catch((error: Error) => error.message);
  if (seen !== 'ready') throw new Error(`the server did not come up (${seen}):\n${output.join('').slice(-4_000)}`);
}

function read(credentialsFile: string): PlatformCredentials {
  return JSON.parse(readFileSync(credentialsFile, 'utf8')) as PlatformCredentials;
}

function sdkOf({ endpoint, region, accessKeyId, secretAccessKey }: PlatformCredentials): SdkConfig {
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}

function environment(credentials: PlatformCredentials): NodeJS.ProcessEnv {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...own } = process.env;
  return {
    ...own,
    AWS_ENDPOINT_URL: credentials.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: credentials.region,
    AWS_REGION: credentials.region,
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}
