// Simulated hosts in a process of their own, joined to a real platform over real link messages.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestPlatform } from '#tests/support/platform.ts';

export interface FleetOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly cluster: string;
  readonly hosts: number;
  /** Of each host. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly attributes: readonly { readonly name: string; readonly value?: string }[];
  /** Tasks are reported as RUNNING as soon as they are ordered; else they are only acknowledged. */
  readonly report: boolean;
}

export interface FleetCounts {
  /** Tasks ordered. */
  readonly orders: number;
  /** Reports of RUNNING that were answered. */
  readonly running: number;
  /** Reports refused and connections lost. */
  readonly failures: number;
}

export type FleetMessage = { readonly kind: 'ready' } | ({ readonly kind: 'counts' } & FleetCounts);

export interface Fleet {
  readonly pid: number;
  counts(): FleetCounts;
  close(): void;
}

/** Resolves when every host is registered and connected. */
export function openFleet(platform: TestPlatform, hosts: number, report: boolean, attributes: FleetOptions['attributes']): Promise<Fleet> {
  const { endpoint, region, agent } = platform.credentials;
  const options: FleetOptions = { endpoint, region, credentials: agent, cluster: 'default', hosts, cpu: 16_384, memoryMiB: 65_536, attributes, report };
  const child = fork(fileURLToPath(new URL('./fleet-child.ts', import.meta.url)), [JSON.stringify(options)]);
  let latest: FleetCounts = { orders: 0, running: 0, failures: 0 };
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the fleet ended with ${code}`)));
    child.on('message', (message: FleetMessage) => {
      if (message.kind === 'counts') latest = message;
      else resolve({ pid: child.pid ?? 0, counts: () => latest, close: () => child.kill() });
    });
  });
}
