// The agent's command line: whom it joins, and what this host offers.
import { isIPv4 } from 'node:net';
import type { PullBehavior } from '#agent/images.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { logLevel } from './environment.ts';
import { UsageError } from './usage-error.ts';

export interface AgentOptions {
  /** Control plane's endpoint: `http://127.0.0.1:4566`, `https://10.0.0.5:4567`; undefined: the one this host joined, else the local one. */
  readonly server: string | undefined;
  readonly dataDir: string;
  /** Undefined: as joined, else `default`. */
  readonly cluster: string | undefined;
  /** Lets this host join; needed once. */
  readonly token?: string;
  /** The same for a host outside AWS, as ECS Anywhere has it (SSM CreateActivation). */
  readonly activation?: { readonly id: string; readonly code: string; /** SHA-256 of the authority to believe, as ./longshore status prints it; undefined: the certificate is of one that machines believe anyway. */ readonly fingerprint: string | undefined };
  /** The control plane's credentials file, or undefined when the keys come from the environment. */
  readonly credentialsFile?: string;
  /** `fargate`: this host runs FARGATE tasks of every cluster and account. */
  readonly pool: 'cluster' | 'fargate';
  readonly offer: HostOffer;
  /** How many times the detected CPU and memory a Fargate pool offers: a laptop runs more, mostly idle, tasks than it has memory for. */
  readonly overcommit: number;
  readonly runtime?: string;
  /** ECS_IMAGE_PULL_BEHAVIOR of Amazon's agent. */
  readonly imagePullBehavior: PullBehavior;
  readonly dockerSocket: string;
  /** IPv4 address at which other hosts reach this one; detected when absent. */
  readonly address?: string;
  readonly logLevel: string;
  /** `install`: write a systemd unit; `leave`: deregister and forget. */
  readonly action: 'run' | 'install' | 'leave';
  /** With `leave`: tasks that run here are given up. */
  readonly force: boolean;
}

/** What is given on the command line; the rest is detected. */
export interface HostOffer {
  /** CPU units and MiB. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  /** GPU ids; `[]` = none, absent = detect. */
  readonly gpus?: readonly string[];
  readonly reservedTcpPorts: readonly number[];
  readonly reservedUdpPorts: readonly number[];
  readonly zone?: string;
  /** For placement; `ecs.instance-type` among them when given. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

const OPTIONS = {
  server: { type: 'string' },
  'data-dir': { type: 'string' },
  cluster: { type: 'string' },
  token: { type: 'string' },
  'activation-id': { type: 'string' },
  'activation-code': { type: 'string' },
  'server-fingerprint': { type: 'string' },
  credentials: { type: 'string' },
  pool: { type: 'string', default: 'cluster' },
  cpu: { type: 'string' },
  memory: { type: 'string' },
  gpu: { type: 'string', multiple: true },
  'reserved-ports': { type: 'string' },
  'reserved-udp-ports': { type: 'string' },
  zone: { type: 'string' },
  'instance-type': { type: 'string' },
  attribute: { type: 'string', multiple: true },
  tag: { type: 'string', multiple: true },
  overcommit: { type: 'string', default: '1' },
  runtime: { type: 'string' },
  'image-pull-behavior': { type: 'string', default: 'default' },
  'docker-socket': { type: 'string', default: '/var/run/docker.sock' },
  address: { type: 'string' },
  install: { type: 'boolean' },
  leave: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

/** @throws UsageError */
export function parseAgentOptions(args: readonly string[]): AgentOptions {
  const given = readArguments(args, OPTIONS);
  const pool = given.text('pool');
  if (pool !== 'cluster' && pool !== 'fargate') throw new UsageError(`--pool is cluster or fargate, got '${String(pool)}'`);
  if (given.flag('install') && given.flag('leave')) throw new UsageError('--install or --leave, not both');
  const [credentialsFile, token, runtime, activation] = [given.text('credentials'), given.text('token'), given.text('runtime'), activationOf(given)];
  if (token !== undefined && activation !== undefined) throw new UsageError('--token or --activation-id, not both');
  return {
    server: given.text('server'),
    dataDir: given.text('data-dir') ?? '.longshore/agent',
    cluster: given.text('cluster'),
    pool,
    offer: offerOf(given),
    imagePullBehavior: pullBehavior(given.text('image-pull-behavior') ?? ''),
    overcommit: Math.max(1, given.integer('overcommit') ?? 1),
    dockerSocket: given.text('docker-socket') ?? '/var/run/docker.sock',
    logLevel: logLevel(),
    action: given.flag('install') ? 'install' : given.flag('leave') ? 'leave' : 'run',
    force: given.flag('force'),
    ...(credentialsFile !== undefined && { credentialsFile }),
    ...(token !== undefined && { token }),
    ...(activation !== undefined && { activation }),
    ...(runtime !== undefined && { runtime }),
    ...addressOf(given.text('address')),
  };
}

function addressOf(given: string | undefined): { address?: string } {
  if (given === undefined) return {};
  if (!isIPv4(given)) throw new UsageError(`--address is an IPv4 address of this host, got '${given}'`);
  return { address: given };
}

function activationOf(given: Arguments): AgentOptions['activation'] {
  const [id, code] = [given.text('activation-id'), given.text('activation-code')];
  if (id === undefined && code === undefined) return undefined;
  if (id === undefined || code === undefined) throw new UsageError('--activation-id and --activation-code go together');
  return { id, code, fingerprint: given.text('server-fingerprint') };
}

function offerOf(given: Arguments): HostOffer {
  const [cpu, memoryMiB, zone, instanceType] = [given.integer('cpu'), given.integer('memory'), given.text('zone'), given.text('instance-type')];
  const gpus = given.list('gpu');
  const attributes = pairs('attribute', given.list('attribute'));
  const reserved = attributes.find(({ key }) => /^(ecs|com\.amazonaws|longshore)\./.test(key));
  if (reserved !== undefined) throw new UsageError(`--attribute ${reserved.key}: names that begin with ecs., com.amazonaws. and longshore. are taken`);
  return {
    reservedTcpPorts: ports('reserved-ports', given.text('reserved-ports')),
    reservedUdpPorts: ports('reserved-udp-ports', given.text('reserved-udp-ports')),
    attributes: { ...Object.fromEntries(attributes.map(({ key, value }) => [key, value])), ...(instanceType !== undefined && { 'ecs.instance-type': instanceType }) },
    tags: pairs('tag', given.list('tag')),
    ...(gpus.length > 0 && { gpus: gpus.filter((id) => id !== 'none') }),
    ...(cpu !== undefined && { cpu }),
    ...(memoryMiB !== undefined && { memoryMiB }),
    ...(zone !== undefined && { zone }),
  };
}

/** `a=b`, with the first equals sign between the two. */
function pairs(name: string, given: readonly string[]): { key: string; value: string }[] {
  return given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--${name} ${pair}: NAME=VALUE`);
    return { key: pair.slice(0, at), value: pair.slice(at + 1) };
  });
}

/** `8080,9000-9010` */
function ports(name: string, given: string | undefined): number[] {
  return (given ?? '').split(',').filter(Boolean).flatMap((part) => {
    const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || from < 1 || to > 65_535 || from > to) throw new UsageError(`--${name} ${part}: ports as in 8080,9000-9010`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

const PULL_BEHAVIORS: readonly PullBehavior[] = ['default', 'always', 'once', 'prefer-cached'];

function pullBehavior(given: string): PullBehavior {
  const found = PULL_BEHAVIORS.find((known) => known === given);
  if (found === undefined) throw new UsageError(`--image-pull-behavior is one of ${PULL_BEHAVIORS.join(', ')}; got '${given}'`);
  return found;
}
