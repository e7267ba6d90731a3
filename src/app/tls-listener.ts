// The second listening socket: TLS, for other machines. Clients may show a certificate; who must is decided by what they ask for.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { HostAuthority } from '#vault/host-authority.ts';
import { sendJson, type HttpHandler } from './front-door.ts';
import type { Listener } from './listener.ts';
import type { TlsListen } from './listen-options.ts';
import type { Peers } from './peer.ts';

export interface TlsListenerDeps {
  readonly authority: HostAuthority;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface TlsListener extends Listener {
  /** What other machines call: `https://10.0.0.5:4567`. */
  readonly url: string;
}

/** Who has not said who he is by then is nobody. */
const HANDSHAKE_MS = 15_000;
/** A server certificate is replaced so often in a process that lives long. */
const RENEW_MS = 24 * 24 * 3_600_000;

/** Rejects when the address cannot be bound, and when an own certificate cannot be used. */
export async function openTlsListener(listen: TlsListen, deps: TlsListenerDeps): Promise<TlsListener> {
  const { authority, peers, clock, log } = deps;
  const names = namesOf(listen);
  const { certificate, key } = await authority.serverCertificate(names);
  let handler: HttpHandler = (_req, res) => sendJson(res, 503, { status: 'starting' });
  const tls = { cert: certificate, key, ca: authority.clientAuthority, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' as const };
  const server = createServer({ ...tls, handshakeTimeout: HANDSHAKE_MS, keepAliveTimeout: 75_000, noDelay: true }, (req, res) => {
    peers.mark(req);
    handler(req, res);
  });
  server.requestTimeout = 0;
  server.prependListener('upgrade', (req) => peers.mark(req));
  // Port scanners and clients that do not believe us: worth a line, not a warning.
  server.on('tlsClientError', (error, socket) => log.debug('TLS handshake failed', { from: socket.remoteAddress ?? '', error: error.message }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const port = (server.address() as AddressInfo).port;
  let timer: Timer | undefined;
  const renew = (): void => {
    timer = clock.after(RENEW_MS, () => {
      void authority.serverCertificate(names).then(
        (made) => server.setSecureContext({ ...tls, cert: made.certificate, key: made.key }),
        (error: unknown) => log.error('server certificate not renewed', { error: String(error) }),
      );
      renew();
    });
  };
  renew();
  const host = names[0]!;
  return {
    server,
    port,
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    open(next) {
      handler = next;
    },
    close() {
      timer?.cancel();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** What the certificate is for; first what this machine is best called by. */
function namesOf({ host, names }: TlsListen): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const addresses = everywhere ? ownAddresses() : [host];
  return [...new Set([...names, ...addresses, hostname(), 'localhost', '127.0.0.1', '::1'])].filter((name) => name !== '');
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter((one) => !one.internal && !one.address.startsWith('fe80')).sort((a, b) => a.family.localeCompare(b.family)).map((one) => one.address);
}
