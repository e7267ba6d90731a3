// The command lines of the processes `server` and `stop-host`.
import { readArguments } from './arguments.ts';
import { logLevel } from './environment.ts';
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
  /** Who keeps EC2 instances: `local`, `none` (the default here), or the path of a command. */
  readonly instances?: string;
  /** A host that was not heard of for so long counts as lost: its services' tasks are replaced. Absent: never. */
  readonly hostLossAfterMs?: number;
  /** How long a capacity provider must have too many instances before managed scaling takes some away; AWS's 15 minutes when absent. */
  readonly scaleInAfterMs?: number;
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
  const given = readArguments(args, {
    'data-dir': { type: 'string' },
    listen: { type: 'string', multiple: true },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-name': { type: 'string', multiple: true },
    port: { type: 'string', default: '4566' },
    auth: { type: 'string', default: 'strict' },
    'master-key-command': { type: 'string' },
    'rate-limits': { type: 'string', default: String(DEFAULT_RATE_FACTOR) },
    instances: { type: 'string', default: 'local' },
    'host-loss-after': { type: 'string', default: '2m' },
    'scale-in-after': { type: 'string', default: '15m' },
  });
  const auth = given.text('auth');
  if (auth !== 'strict' && auth !== 'relaxed') throw new UsageError(`--auth is strict or relaxed, got '${String(auth)}'`);
  const where = parseListen({ listen: given.list('listen'), tlsNames: given.list('tls-name'), tlsCert: given.text('tls-cert'), tlsKey: given.text('tls-key'), auth });
  const masterKeyCommand = given.text('master-key-command');
  const rateFactor = parseRateLimits(given.text('rate-limits') ?? '');
  return {
    ...(masterKeyCommand !== undefined && { masterKeyCommand }),
    ...(rateFactor !== undefined && { rateFactor }),
    ...hostLossOf(given.text('host-loss-after') ?? ''),
    dataDir: given.text('data-dir') ?? '.longshore/data',
    ...where,
    port: given.integer('port') ?? 4566,
    auth,
    instances: given.text('instances') ?? 'local',
    scaleInAfterMs: durationOf('scale-in-after', given.text('scale-in-after') ?? ''),
    logLevel: logLevel(),
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
/** Less would take a busy host for a lost one. */
const LEAST_HOST_LOSS_MS = 10_000;

/** `90s`, `2m`, `1h`. @throws UsageError */
function durationOf(option: string, given: string): number {
  const [, count = '', unit = ''] = /^(\d+)([smh])$/.exec(given) ?? [];
  if (unit === '') throw new UsageError(`--${option} is a time as in 90s, 15m or 1h, got '${given}'`);
  return Number(count) * (UNITS_MS[unit] ?? 0);
}

/** `90s`, `2m`, `1h`, `never`. @throws UsageError */
export function hostLossOf(given: string): { hostLossAfterMs?: number } {
  if (given === 'never') return {};
  const [, count = '', unit = ''] = /^(\d+)([smh])$/.exec(given) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? 0);
  if (!(ms >= LEAST_HOST_LOSS_MS && ms <= 24 * 3_600_000)) throw new UsageError(`--host-loss-after is never, or a time from 10s to 24h as in 90s or 2m, got '${given}'`);
  return { hostLossAfterMs: ms };
}

/** @throws UsageError */
export function parseStopHostOptions(args: readonly string[]): { dataDir: string; dockerSocket: string } {
  const given = readArguments(args, { 'data-dir': { type: 'string', default: '.longshore/data' }, 'docker-socket': { type: 'string', default: '/var/run/docker.sock' } });
  return { dataDir: given.text('data-dir') ?? '', dockerSocket: given.text('docker-socket') ?? '' };
}
