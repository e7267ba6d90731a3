// Where the server listens: always a plain port on loopback; and, for other machines, TLS on an address of their network.
import { isIPv6 } from 'node:net';
import { UsageError } from './usage-error.ts';

/** `relaxed` accepts any access key: for development. */
export type AuthMode = 'strict' | 'relaxed';

/** Where TLS listens beside the plain loopback port. */
export interface TlsListen {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** More host names and addresses that the certificate is for. */
  readonly names: readonly string[];
  /** The operator's own certificate; absent: one by a generated authority. */
  readonly own?: { readonly certFile: string; readonly keyFile: string };
}

export interface ListenArguments {
  /** `--listen`, as often as given. */
  readonly listen: readonly string[];
  readonly tlsNames: readonly string[];
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly auth: AuthMode;
}

export const TLS_PORT = 4567;

/**
 * `127.0.0.1`: the plain port's address. `10.0.0.5`, `10.0.0.5:4567`, `[fd00::5]:4567`, `0.0.0.0:4567`: TLS there, the plain port stays on
 * 127.0.0.1. An address with a port is always TLS, one of loopback too. Throws UsageError.
 */
export function parseListen({ listen, tlsNames, tlsCert, tlsKey, auth }: ListenArguments): { listen: string; tls?: TlsListen } {
  let plain = '127.0.0.1';
  let secure: { host: string; port: number } | undefined;
  for (const given of listen) {
    const { host, port } = splitAddress(given);
    if (port === undefined && isLoopback(host)) plain = host;
    else if (secure !== undefined) throw new UsageError(`--listen ${given}: TLS listens on one address; 0.0.0.0:PORT is all of them`);
    else secure = { host, port: port ?? TLS_PORT };
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new UsageError('--tls-cert and --tls-key go together');
  if (secure === undefined) {
    if (tlsCert !== undefined) throw new UsageError('--tls-cert needs an address to listen on: --listen 10.0.0.5:4567');
    return { listen: plain };
  }
  if (auth === 'relaxed' && !isLoopback(secure.host)) {
    throw new UsageError(`--auth=relaxed lets anybody do anything: not together with --listen ${secure.host}, where other machines can reach it`);
  }
  const own = tlsCert === undefined || tlsKey === undefined ? {} : { own: { certFile: tlsCert, keyFile: tlsKey } };
  return { listen: plain, tls: { ...secure, names: tlsNames, ...own } };
}

function splitAddress(given: string): { host: string; port: number | undefined } {
  if (isIPv6(given)) return { host: given, port: undefined };
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d+))?$/.exec(given) ?? [];
  const host = bracketed ?? bare;
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || (port !== undefined && (port < 0 || port > 65_535))) throw new UsageError(`--listen ${given}: ADDRESS or ADDRESS:PORT`);
  return { host, port };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
