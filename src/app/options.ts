// Command lines of the two processes, `server` and `agent`, and the environment behind them: the only file that reads it.
import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import type { PullBehavior } from '#agent/images.ts';
import { parseListen, type AuthMode, type TlsListen } from './listen-options.ts';
import { UsageError } from './usage-error.ts';

export interface ServerOptions {
  /** Everything the platform keeps: journal, registry, logs, credentials. */
  readonly dataDir: string;
  /** Loopback address of the plain port. */
  readonly listen: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly auth: AuthMode;
  readonly logLevel: string;
  /** For other machines; absent: only this one is served. */
  readonly tls?: TlsListen;
  /** Prints the master key of secrets; absent: `<dataDir>/master-key`. */
  readonly masterKeyCommand?: string;
  /** How many times AWS's request rates an account may reach; absent: as many as it likes. */
  readonly rateFactor?: number;
}

export interface AgentOptions {
  /** Control plane's endpoint: `http://127.0.0.1:4566`, `https://10.0.0.5:4567`; undefined: the one this host joined, else the local one. */
  readonly server: string | undefined;
  readonly dataDir: string;
  /** Undefined: as joined, else `default`. */
  readonly cluster: string | undefined;
  /** Lets this host join; needed once. */
  readonly token?: string;
  /** The control plane's credentials file, or undefined when the keys come from the environment. */
  readonly credentialsFile?: string;
  /** `fargate`: this host runs FARGATE tasks of every cluster and account. */
  readonly pool: 'cluster' | 'fargate';
  /** CPU units and MiB to offer; detected when absent. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  /** How many times the detected CPU and memory a Fargate pool offers: a laptop runs more, mostly idle, tasks than it has memory for. */
  readonly overcommit: number;
  readonly runtime?: string;
  /** ECS_IMAGE_PULL_BEHAVIOR of Amazon's agent. */
  readonly imagePullBehavior: PullBehavior;
  readonly dockerSocket: string;
  /** IPv4 address at which other hosts reach this one; detected when absent. */
  readonly address?: string;
  readonly logLevel: string;
}

function integer(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new UsageError(`--${name} needs a whole number, got '${text}'`);
  return value;
}

function logLevel(): string {
  return process.env['LONGSHORE_LOG'] ?? 'info';
}

/** The keys an agent signs with when no file is given, or undefined. */
export function agentKeysFromEnvironment(): { credentials: { accessKeyId: string; secretAccessKey: string }; region: string } | undefined {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { credentials: { accessKeyId, secretAccessKey }, region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1' };
}

/** Far above what honest work on one machine needs and far below what a loop gone wild makes. */
const DEFAULT_RATE_FACTOR = 100;

/** `off`: undefined. @throws UsageError */
export function parseRateLimits(given: string): number | undefined {
  if (given === 'off') return undefined;
  const factor = given === 'aws' ? 1 : Number(given);
  if (!(factor > 0 && factor <= 1_000_000)) throw new UsageError(`--rate-limits is aws, off, or how many times AWS's rates, got '${given}'`);
  return factor;
}

/** @throws UsageError */
export function parseServerOptions(args: readonly string[]): ServerOptions {
  const { values } = parse(args, {
    'data-dir': { type: 'string' },
    listen: { type: 'string', multiple: true },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-name': { type: 'string', multiple: true },
    port: { type: 'string', default: '4566' },
    auth: { type: 'string', default: 'strict' },
    'master-key-command': { type: 'string' },
    'rate-limits': { type: 'string', default: String(DEFAULT_RATE_FACTOR) },
  });
  const auth = values['auth'];
  if (auth !== 'strict' && auth !== 'relaxed') throw new UsageError(`--auth is strict or relaxed, got '${String(auth)}'`);
  const where = parseListen({ listen: list(values['listen']), tlsNames: list(values['tls-name']), tlsCert: text(values['tls-cert']), tlsKey: text(values['tls-key']), auth });
  const masterKeyCommand = text(values['master-key-command']);
  const rateFactor = parseRateLimits(text(values['rate-limits']) ?? '');
  return {
    ...(masterKeyCommand !== undefined && { masterKeyCommand }),
    ...(rateFactor !== undefined && { rateFactor }),
    dataDir: text(values['data-dir']) ?? '.longshore/data',
    ...where,
    port: integer('port', text(values['port'])) ?? 4566,
    auth,
    logLevel: logLevel(),
  };
}

/** @throws UsageError */
export function parseStopHostOptions(args: readonly string[]): { dataDir: string; dockerSocket: string } {
  const { values } = parse(args, { 'data-dir': { type: 'string', default: '.longshore/data' }, 'docker-socket': { type: 'string', default: '/var/run/docker.sock' } });
  return { dataDir: text(values['data-dir']) ?? '', dockerSocket: text(values['docker-socket']) ?? '' };
}

/** @throws UsageError */
export function parseAgentOptions(args: readonly string[]): AgentOptions {
  const { values } = parse(args, {
    server: { type: 'string' },
    'data-dir': { type: 'string' },
    cluster: { type: 'string' },
    token: { type: 'string' },
    credentials: { type: 'string' },
    pool: { type: 'string', default: 'cluster' },
    cpu: { type: 'string' },
    memory: { type: 'string' },
    overcommit: { type: 'string', default: '1' },
    runtime: { type: 'string' },
    'image-pull-behavior': { type: 'string', default: 'default' },
    'docker-socket': { type: 'string', default: '/var/run/docker.sock' },
    address: { type: 'string' },
  });
  const address = hostAddress(text(values['address']));
  const pool = values['pool'];
  if (pool !== 'cluster' && pool !== 'fargate') throw new UsageError(`--pool is cluster or fargate, got '${String(pool)}'`);
  const credentialsFile = text(values['credentials']);
  const token = text(values['token']);
  const cpu = integer('cpu', text(values['cpu']));
  const memoryMiB = integer('memory', text(values['memory']));
  const runtime = text(values['runtime']);
  return {
    server: text(values['server']),
    dataDir: text(values['data-dir']) ?? '.longshore/agent',
    cluster: text(values['cluster']),
    pool,
    imagePullBehavior: pullBehavior(text(values['image-pull-behavior']) ?? ''),
    overcommit: Math.max(1, integer('overcommit', text(values['overcommit'])) ?? 1),
    dockerSocket: text(values['docker-socket']) ?? '/var/run/docker.sock',
    logLevel: logLevel(),
    ...(address === undefined ? {} : { address }),
    ...(credentialsFile === undefined ? {} : { credentialsFile }),
    ...(token === undefined ? {} : { token }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(runtime === undefined ? {} : { runtime }),
  };
}

function hostAddress(given: string | undefined): string | undefined {
  if (given !== undefined && !isIPv4(given)) throw new UsageError(`--address needs an IPv4 address, got '${given}'`);
  return given;
}

const PULL_BEHAVIORS: readonly PullBehavior[] = ['default', 'always', 'once', 'prefer-cached'];

function pullBehavior(given: string): PullBehavior {
  const found = PULL_BEHAVIORS.find((known) => known === given);
  if (found === undefined) throw new UsageError(`--image-pull-behavior is one of ${PULL_BEHAVIORS.join(', ')}; got '${given}'`);
  return found;
}

type OptionTable = Record<string, { type: 'string'; default?: string; multiple?: true }>;

function parse(args: readonly string[], options: OptionTable): { values: Record<string, unknown> } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Of an option that may be given more than once. */
function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
