// Where a container's output is to go, when that is the agent's business: the awslogs driver is never given to the engine.
import type { PayloadContainer } from '#link/messages.ts';
import type { EngineHostConfig } from '../runtime.ts';

/** The awslogs options of a container; undefined for any other driver. `awslogs-stream` may still be missing. */
export function awslogsOptions(container: PayloadContainer): Record<string, string> | undefined {
  const text = container.dockerConfig.hostConfig;
  if (!text.includes('awslogs')) return undefined;
  try {
    const { LogConfig } = JSON.parse(text) as EngineHostConfig;
    return LogConfig?.Type === 'awslogs' ? { ...LogConfig.Config } : undefined;
  } catch {
    return undefined;
  }
}

/** A definition without awslogs-stream-prefix: the stream is called as the container is by its runtime, as with Docker's own driver. */
export function withStream(options: Readonly<Record<string, string>>, runtimeId: string): Record<string, string> {
  return { 'awslogs-stream': runtimeId, ...options };
}
