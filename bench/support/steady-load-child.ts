// The process behind steady-load.ts.
import { connect, type Socket } from 'node:net';
import type { SteadyLoadOptions, SteadyMessage } from './steady-load.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SteadyLoadOptions;
const TICK_MS = 10;
/** No more at once: a machine that is short of CPU for a moment gets a lower rate, not a pile of requests that time out behind one another. */
const MAX_OPEN = 512;
const TIMEOUT_MS = 10_000;
const started = performance.now();
const latencies: number[] = [];
const kinds: Record<string, number> = {};
const idle: Kept[] = [];
let requests = 0;
let failures = 0;
let open = 0;
let due = 0;
let stopping = false;

const text = (connection: string): string => `GET / HTTP/1.1\r\nHost: ${options.name}\r\nConnection: ${connection}\r\nUser-Agent: steady\r\n\r\n`;
const KEEP = text('keep-alive');
const CLOSE = text('close');

function fail(kind: string): void {
  failures += 1;
  kinds[kind] = (kinds[kind] ?? 0) + 1;
}

/** One request on a socket; resolves with false when the connection cannot be used again. */
function exchange(socket: Socket, request: string): Promise<boolean> {
  requests += 1;
  open += 1;
  const before = performance.now();
  return new Promise((resolve) => {
    let received = '';
    const end = (usable: boolean, failure?: string): void => {
      socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close').removeAllListeners('timeout');
      socket.on('error', () => {});
      open -= 1;
      if (failure === undefined) latencies.push(performance.now() - before);
      else fail(failure);
      if (!usable) socket.destroy();
      resolve(usable);
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head + 2))?.[1] ?? 0);
      if (received.length < head + 4 + length) return;
      const status = received.slice(9, 12);
      const closes = /\r\nconnection: *close/i.test(received.slice(0, head + 2));
      end(!closes && request === KEEP, status === '200' ? undefined : `status ${status}`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(false, error.code ?? error.message));
    socket.on('close', () => end(false, 'closed'));
    socket.setTimeout(TIMEOUT_MS, () => end(false, 'timeout'));
    socket.write(request);
  });
}

interface Kept {
  readonly socket: Socket;
  /** The server ended it while it was idle: that fails no request. */
  closed: boolean;
}

function openSocket(): Socket {
  return connect({ host: options.host, port: options.port, noDelay: true });
}

async function onKept(): Promise<void> {
  let kept = idle.shift();
  while (kept?.closed) kept = idle.shift();
  const socket = kept?.socket ?? openSocket();
  kept ??= { socket, closed: false };
  if ((await exchange(socket, KEEP)) && idle.length < (options.connections ?? 32)) {
    const entry: Kept = { socket, closed: false };
    socket.on('close', () => (entry.closed = true));
    idle.push(entry);
  } else socket.destroy();
}

async function onNew(): Promise<void> {
  await exchange(openSocket(), CLOSE);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

function say(message: SteadyMessage): void {
  process.send?.(message);
}

let last = performance.now();
let odd = false;
const ticker = setInterval(() => {
  const now = performance.now();
  due += ((now - last) / 1000) * options.rate;
  last = now;
  for (; due >= 1 && !stopping && open < MAX_OPEN; due -= 1) {
    odd = !odd;
    void (odd ? onKept() : onNew());
  }
  due = Math.min(due, MAX_OPEN);
}, TICK_MS);
const reporter = setInterval(() => say({ kind: 'progress', requests, failures }), 250);

process.on('message', () => {
  stopping = true;
  clearInterval(ticker);
  const seconds = (performance.now() - started) / 1000;
  const settle = setInterval(() => {
    if (open > 0) return;
    clearInterval(settle);
    clearInterval(reporter);
    const sorted = latencies.toSorted((a, b) => a - b);
    say({ kind: 'done', result: { requests, failures, kinds, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: sorted.at(-1) ?? 0, seconds } });
    process.disconnect?.();
    for (const { socket } of idle) socket.destroy();
  }, 20);
});
