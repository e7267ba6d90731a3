// A steady load that counts every failure: a fixed rate, half of it on kept connections and half on new ones, in a process of
// its own. A strict client: nothing is ever tried again, so whatever a server drops is seen. At most 512 requests are open at a time.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface SteadyLoadOptions {
  readonly host: string;
  readonly port: number;
  /** Host header. */
  readonly name: string;
  /** Requests a second, half of them on new connections. */
  readonly rate: number;
  /** Kept connections. Default 32. */
  readonly connections?: number;
}

export interface SteadyLoadResult {
  readonly requests: number;
  readonly failures: number;
  /** How often each kind of failure was seen: `status 503`, `ECONNRESET`, `closed`. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly seconds: number;
}

export interface SteadyLoad {
  /** So far. */
  progress(): { requests: number; failures: number };
  /** Ends the load once open requests are answered. */
  stop(): Promise<SteadyLoadResult>;
}

export type SteadyMessage =
  | { readonly kind: 'progress'; readonly requests: number; readonly failures: number }
  | { readonly kind: 'done'; readonly result: SteadyLoadResult };

/** Begins at once. Rejects on `stop` when the child died. */
export function startSteadyLoad(options: SteadyLoadOptions): SteadyLoad {
  const child = fork(fileURLToPath(new URL('./steady-load-child.ts', import.meta.url)), [JSON.stringify(options)]);
  let latest = { requests: 0, failures: 0 };
  child.on('message', (message: SteadyMessage) => {
    if (message.kind === 'progress') latest = message;
  });
  return { progress: () => latest, stop: () => finish(child) };
}

function finish(child: ChildProcess): Promise<SteadyLoadResult> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: SteadyMessage) => {
      if (message.kind === 'done') resolve(message.result);
    });
    child.on('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
    child.send('stop');
  });
}
