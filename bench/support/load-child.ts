// The process that makes the load of load.ts: connects, waits out the warm-up, measures, reports.
import { connect, type Socket } from 'node:net';
import type { ChildMessage, ChildOptions } from './load.ts';

interface Run {
  readonly options: ChildOptions;
  next: number;
  measuring: boolean;
  readonly latenciesMs: number[];
  failures: number;
  firstFailure: string | undefined;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;

process.once('message', (options: ChildOptions) => {
  const run: Run = { options, next: 0, measuring: false, latenciesMs: [], failures: 0, firstFailure: undefined };
  for (let i = 0; i < options.connections; i++) openConnection(run);
  setTimeout(() => {
    run.measuring = true;
    const startedMs = performance.now();
    report({ kind: 'started' });
    setTimeout(() => {
      run.measuring = false;
      report({ kind: 'done', result: summarize(run, performance.now() - startedMs) }, () => process.exit(0));
    }, options.durationMs);
  }, options.warmupMs);
});

function report(message: ChildMessage, then?: () => void): void {
  process.send?.(message, undefined, undefined, then);
}

function openConnection(run: Run): void {
  const { port, host, requests } = run.options;
  const socket = connect({ port, host, noDelay: true });
  let sentMs = 0;
  let pending: Buffer | undefined;
  const send = (): void => {
    sentMs = performance.now();
    socket.write(requests[run.next++ % requests.length] as Uint8Array);
  };
  socket.on('connect', send);
  socket.on('data', (chunk: Buffer) => {
    const bytes: Buffer = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    const size = responseSize(bytes);
    if (size === undefined || bytes.length < size) {
      pending = bytes;
      return;
    }
    pending = undefined;
    if (run.measuring) record(run, bytes, performance.now() - sentMs);
    send();
  });
  socket.on('close', () => give(socket, 'the server closed a connection'));
  socket.on('error', (error) => give(socket, error.message));
}

function give(socket: Socket, reason: string): never {
  socket.destroy();
  console.error(`load generator: ${reason}`);
  process.exit(1);
}

/** Bytes of the first response; undefined while its head is not complete. */
function responseSize(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const length = LENGTH.exec(bytes.toString('latin1', 0, end));
  if (length === null) throw new Error('a response without Content-Length');
  return end + HEAD_END.length + Number(length[1]);
}

function record(run: Run, bytes: Buffer, latencyMs: number): void {
  run.latenciesMs.push(latencyMs);
  // `HTTP/1.1 4…` and up.
  if ((bytes[9] as number) >= 0x34) {
    run.failures++;
    run.firstFailure ??= bytes.toString('utf8').slice(0, 500);
  }
}

function summarize(run: Run, elapsedMs: number): Extract<ChildMessage, { kind: 'done' }>['result'] {
  const sorted = run.latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return {
    requestsPerSecond: (sorted.length / elapsedMs) * 1_000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    requests: sorted.length,
    failures: run.failures,
    firstFailure: run.firstFailure,
  };
}
