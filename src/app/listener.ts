// The listening socket: bound before anything else, so that the port is known and a second server fails early;
// it answers 503 until the platform is ready.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson, type HttpHandler } from './front-door.ts';

export interface Listener {
  readonly server: Server;
  readonly port: number;
  /** From now on `handler` answers. */
  open(handler: HttpHandler): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Rejects when the address cannot be bound (EADDRINUSE). Port 0 takes any free one. */
export async function openListener(host: string, port: number): Promise<Listener> {
  let handler: HttpHandler = (_req, res) => sendJson(res, 503, { status: 'starting' });
  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (req, res) => handler(req, res));
  // Pushes of large layers take as long as they take.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    open(next) {
      handler = next;
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
