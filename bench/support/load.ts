// A small HTTP load generator for the benchmarks: raw keep-alive sockets in a process of their own, prepared requests, one at a
// time per connection. The server under test runs wherever the benchmark wants it, by default in the calling process.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LoadOptions {
  readonly port: number;
  readonly host?: string;
  /** Whole HTTP/1.1 requests, head and body, keep-alive; sent round robin over all connections. Sign them within 5 minutes of use. */
  readonly requests: readonly Uint8Array[];
  /** Default 16. */
  readonly connections?: number;
  /** Measured time. Default 3,000. */
  readonly durationMs?: number;
  /** Time before it, not measured. Default 1,000. */
  readonly warmupMs?: number;
  /** CPU time of the server so far, in microseconds. Default: of the calling process. */
  readonly serverCpuMicros?: () => number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** CPU of the server per answered request. */
  readonly cpuMicrosPerRequest: number;
  readonly requests: number;
  /** Answers with a status of 400 and more: a benchmark should expect none. */
  readonly failures: number;
  /** The first answer with such a status, for the one who wonders. */
  readonly firstFailure: string | undefined;
}

export interface ChildOptions {
  readonly port: number;
  readonly host: string;
  readonly requests: readonly Uint8Array[];
  readonly connections: number;
  readonly durationMs: number;
  readonly warmupMs: number;
}

/** What the child says: that measuring starts, and in the end what it measured. */
export type ChildMessage = { readonly kind: 'started' } | { readonly kind: 'done'; readonly result: Omit<LoadResult, 'cpuMicrosPerRequest'> };

/** Runs one load. Responses need a Content-Length. Rejects when the server closes a connection or the child dies. */
export function runLoad(options: LoadOptions): Promise<LoadResult> {
  const cpu = options.serverCpuMicros ?? ownCpuMicros;
  const child = fork(fileURLToPath(new URL('./load-child.ts', import.meta.url)), { serialization: 'advanced' });
  const settings: ChildOptions = {
    port: options.port,
    host: options.host ?? '127.0.0.1',
    requests: options.requests,
    connections: options.connections ?? 16,
    durationMs: options.durationMs ?? 3_000,
    warmupMs: options.warmupMs ?? 1_000,
  };
  return new Promise((resolve, reject) => {
    let startedMicros = 0;
    child.on('message', (message: ChildMessage) => {
      if (message.kind === 'started') startedMicros = cpu();
      else resolve({ ...message.result, cpuMicrosPerRequest: (cpu() - startedMicros) / message.result.requests });
    });
    child.on('exit', (code) => reject(new Error(`load generator exited with ${code}`)));
    child.on('error', reject);
    child.send(settings);
  });
}

/** CPU time of this process, user and system. */
export function ownCpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** One line of a table: name, rate, latencies, CPU. */
export function renderLoad(name: string, result: LoadResult): string {
  const failures = result.failures === 0 ? '' : `  FAILURES ${result.failures}: ${result.firstFailure}`;
  const rate = Math.round(result.requestsPerSecond).toLocaleString('en-US');
  return `${name.padEnd(28)} ${rate.padStart(8)} req/s  p50 ${result.p50Ms.toFixed(2)} ms  p99 ${result.p99Ms.toFixed(2)} ms  CPU ${result.cpuMicrosPerRequest.toFixed(1)} µs/req${failures}`;
}
