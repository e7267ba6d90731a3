// The awslogs options of a container, when that is its log driver: this agent sends such logs itself.
import type { PayloadContainer } from '#link/messages.ts';

/** Docker's LogConfig.Config of an awslogs container; undefined for other drivers. `awslogs-stream` may still be missing. */
export function awslogsConfig(container: PayloadContainer): Record<string, string> | undefined {
  const { hostConfig } = container.dockerConfig;
  if (!hostConfig.includes('awslogs')) return undefined;
  const { LogConfig } = JSON.parse(hostConfig) as { LogConfig?: { Type: string; Config?: Record<string, string> } };
  return LogConfig?.Type === 'awslogs' ? (LogConfig.Config ?? {}) : undefined;
}

/** A definition without awslogs-stream-prefix: the stream is called as the container is by its runtime, as with Docker's own driver. */
export function withStream(options: Readonly<Record<string, string>>, runtimeId: string): Record<string, string> {
  return { 'awslogs-stream': runtimeId, ...options };
}
