// A container's output as lines with the engine's own timestamps.
import type { LogLine, LogOptions } from '../runtime.ts';
import { readDockerLog } from '../logs/docker-log.ts';
import type { EngineInspect } from './containers.ts';
import { EngineUnreachable } from './engine-client.ts';
import type { EngineClient } from './engine-client.ts';

/** Ends with the container (follow) or with what there is. A container that is gone has no lines. */
export async function* readLogs(client: EngineClient, id: string, options: LogOptions): AsyncGenerator<LogLine> {
  const inspected = await client.call({ method: 'GET', path: `/containers/${id}/json` });
  if (inspected.status === 404) return;
  const closed = new AbortController();
  const stream = await client.stream({
    method: 'GET',
    path: `/containers/${id}/logs`,
    query: { stdout: 1, stderr: 1, timestamps: 1, follow: options.follow ? 1 : 0, since: options.since },
  }, closed.signal);
  if (stream.statusCode !== 200) {
    stream.resume();
    if (stream.statusCode === 404) return;
    throw new EngineUnreachable(`logs of ${id}: HTTP ${stream.statusCode}`);
  }
  try {
    const { Config } = inspected.body as EngineInspect;
    yield* readDockerLog(stream, Config.Tty);
  } finally {
    closed.abort();
  }
}
