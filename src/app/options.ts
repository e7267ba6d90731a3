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
  });
  const auth = given.text('auth');
  if (auth !== 'strict' && auth !== 'relaxed') throw new UsageError(`--auth is strict or relaxed, got '${String(auth)}'`);
  const where = parseListen({ listen: given.list('listen'), tlsNames: given.list('tls-name'), tlsCert: given.text('tls-cert'), tlsKey: given.text('tls-key'), auth });
  const masterKeyCommand = given.text('master-key-command');
  const rateFactor = parseRateLimits(given.text('rate-limits') ?? '');
  return {
    ...(masterKeyCommand !== undefined && { masterKeyCommand }),
    ...(rateFactor !== undefined && { rateFactor }),
    dataDir: given.text('data-dir') ?? '.longshore/data',
    ...where,
    port: given.integer('port') ?? 4566,
    auth,
    instances: given.text('instances') ?? 'local',
    logLevel: logLevel(),
  };
}

/** @throws UsageError */
export function parseStopHostOptions(args: readonly string[]): { dataDir: string; dockerSocket: string } {
  const given = readArguments(args, { 'data-dir': { type: 'string', default: '.longshore/data' }, 'docker-socket': { type: 'string', default: '/var/run/docker.sock' } });
  return { dataDir: given.text('data-dir') ?? '', dockerSocket: given.text('docker-socket') ?? '' };
}
