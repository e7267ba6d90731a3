// Makes the control plane's registry an address of this host: what Docker sends to `localhost:4566` goes over TLS to the control plane,
// byte for byte. So image names are the same on every host, and Docker needs no certificates of ours. The host's own certificate is not
// shown: whoever reaches this port has what the registry's passwords allow and nothing of the host's.
import { createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { bareHost, portOf, serverName, tlsOptions, type CurrentTls } from '#link/tls-client.ts';

export interface RegistryRelayOptions {
  /** `localhost:4566` */
  readonly registryHost: string;
  readonly server: URL;
  readonly tls: CurrentTls;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RegistryRelay {
  /** Resolves when it listens. */
  readonly ready: Promise<void>;
  close(): void;
}

const RETRY_MS = 5_000;

/** Listens on the loopback port that image names say. While another program has that port it is tried again: images cannot be pulled till then. */
export function openRegistryRelay({ registryHost, server, tls, clock, log }: RegistryRelayOptions): RegistryRelay {
  const port = Number(registryHost.slice(registryHost.lastIndexOf(':') + 1));
  const open = new Set<Socket>();
  let retry: Timer | undefined;
  let closed = false;

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const host = bareHost(server.hostname);
    const far = connect({ host, port: portOf(server), servername: serverName(host), ...tlsOptions({ ca: tls().ca }) });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    near.on('error', () => far.destroy());
    far.on('error', (error) => {
      log.warn('registry relay: the control plane cannot be reached', { error: error.message });
      near.destroy();
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroySoon());
    near.pipe(far);
    far.pipe(near);
  });

  let listening: () => void = () => {};
  const ready = new Promise<void>((resolve) => (listening = resolve));
  const listen = (): void => void listener.listen(port, '127.0.0.1');
  listener.on('listening', listening);
  listener.on('error', (error) => {
    if (closed) return;
    // Said once: on the control plane's own machine it is the registry itself that has the port.
    if (retry === undefined) log.warn(`registry relay: port ${port} of this host is taken: unless the control plane has it, images cannot be pulled from there yet`, { error: error.message });
    retry = clock.after(RETRY_MS, listen);
  });
  listen();
  return {
    ready,
    close() {
      closed = true;
      retry?.cancel();
      listener.close();
      for (const socket of open) socket.destroy();
    },
  };
}
