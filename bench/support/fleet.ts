// Many simulated container instances in a process of their own, over the real link: they register, connect, acknowledge orders and,
// if asked, report their tasks RUNNING.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface FleetOptions {
  readonly port: number;
  readonly cluster: string;
  readonly hosts: number;
  /** Of each host; CPU units. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Whether tasks are reported RUNNING, or only taken. */
  readonly runs: boolean;
}

export type FleetReport =
  | { readonly kind: 'connected'; readonly hosts: number }
  /** Tasks whose RUNNING was acknowledged so far. */
  | { readonly kind: 'running'; readonly tasks: number }
  | { readonly kind: 'failed'; readonly message: string };

export interface Fleet {
  /** Resolves once so many tasks have been reported RUNNING and acknowledged. */
  untilRunning(tasks: number): Promise<void>;
  close(): void;
}

/** Resolves when every host is connected. Rejects when one cannot be. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const child = fork(fileURLToPath(new URL('./fleet-child.ts', import.meta.url)));
  const connected = Promise.withResolvers<void>();
  const waiting = new Map<number, () => void>();
  let failed: Error | undefined;
  child.on('message', (report: FleetReport) => {
    if (report.kind === 'connected') connected.resolve();
    else if (report.kind === 'failed') connected.reject((failed = new Error(report.message)));
    else
      for (const [tasks, resolve] of waiting) {
        if (report.tasks < tasks) continue;
        waiting.delete(tasks);
        resolve();
      }
  });
  child.on('exit', (code) => connected.reject(new Error(`the fleet ended (${code})`)));
  child.send(options);
  await connected.promise;
  return {
    untilRunning: (tasks) => (failed === undefined ? new Promise((resolve) => waiting.set(tasks, resolve)) : Promise.reject(failed)),
    close: () => void child.kill('SIGTERM'),
  };
}
