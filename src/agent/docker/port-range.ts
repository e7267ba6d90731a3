// Finds neighbouring host ports that nobody listens on. Whoever binds them next may still be beaten to it; the bind then fails.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { done, failed } from '../runtime.ts';
import type { Outcome } from '../runtime.ts';

/** ECS's dynamic host port range. */
const FIRST = 49_153;
const LAST = 65_535;

/** A finder that goes round the range, so that two containers created at once are not given the same ports. */
export function portFinder(): (count: number, protocol: 'tcp' | 'udp') => Promise<Outcome<number>> {
  let cursor = FIRST;
  return async (count, protocol) => {
    const tried = LAST - FIRST;
    for (let seen = 0; seen < tried; ) {
      if (cursor + count - 1 > LAST) cursor = FIRST;
      const taken = await firstTaken(cursor, count, protocol);
      if (taken === undefined) {
        const first = cursor;
        cursor += count;
        return done(first);
      }
      seen += taken + 1 - cursor;
      cursor = taken + 1;
    }
    return failed('ResourceInitializationError', `no ${count} neighbouring ${protocol} ports are free on this host`);
  };
}

async function firstTaken(first: number, count: number, protocol: 'tcp' | 'udp'): Promise<number | undefined> {
  for (let port = first; port < first + count; port++) if (!(await isFree(port, protocol))) return port;
  return undefined;
}

function isFree(port: number, protocol: 'tcp' | 'udp'): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
    } else {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(false));
      socket.bind({ port, exclusive: true }, () => socket.close(() => resolve(true)));
    }
  });
}
