// One reading of a container's counters, without the second's wait that the engine's streaming answer takes.
import type { Clock } from '#base/clock.ts';
import type { ContainerStats, Outcome } from '../runtime.ts';
import { attempt } from './answers.ts';
import type { EngineClient } from './engine-client.ts';

interface EngineStats {
  readonly cpu_stats: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats: { readonly usage?: number; readonly limit?: number; readonly stats?: Readonly<Record<string, number>> };
}

export function readStats(client: EngineClient, clock: Clock, id: string): Promise<Outcome<ContainerStats | undefined>> {
  return attempt(client, {
    request: { method: 'GET', path: `/containers/${id}/stats`, query: { stream: 'false', 'one-shot': 'true' }, timeoutMs: 10_000 },
    failure: 'CannotInspectContainerError',
    transition: 'stats',
    accept: ({ status, body }) => (status === 200 ? { value: parseStats(body as EngineStats, clock.now()) } : status === 404 || status === 409 ? { value: undefined } : undefined),
  });
}

/** Memory without the page cache that can be dropped, as `docker stats` counts it. A stopped container has no counters. */
function parseStats({ cpu_stats, memory_stats }: EngineStats, atMs: number): ContainerStats | undefined {
  if (memory_stats.usage === undefined || cpu_stats.cpu_usage?.total_usage === undefined) return undefined;
  const droppable = memory_stats.stats?.['total_inactive_file'] ?? memory_stats.stats?.['inactive_file'] ?? 0;
  return {
    atMs,
    cpuUsageNs: cpu_stats.cpu_usage.total_usage,
    memoryBytes: Math.max(0, memory_stats.usage - droppable),
    memoryLimitBytes: memory_stats.limit ?? 0,
  };
}

/** The engine's answer as it is, with the reading before it that rates are made of; null when the container does not run. */
export async function readRawStats(client: EngineClient, id: string): Promise<unknown> {
  const { status, body } = await client.call({ method: 'GET', path: `/containers/${id}/stats`, query: { stream: 'false' }, timeoutMs: 10_000 });
  return status === 200 ? body : null;
}
