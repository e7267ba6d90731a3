// The awslogs options of a container, when that is its log driver: this agent sends such logs itself.
import type { PayloadContainer } from '#link/messages.ts';

/** Docker's LogConfig.Config of an awslogs container; undefined for other drivers. */
export function awslogsConfig(container: PayloadContainer): Record<string, string> | undefined {
  const { hostConfig } = container.dockerConfig;
  if (!hostConfig.includes('awslogs')) return undefined;
  const { LogConfig } = JSON.parse(hostConfig) as { LogConfig?: { Type: string; Config?: Record<string, string> } };
  return LogConfig?.Type === 'awslogs' ? (LogConfig.Config ?? {}) : undefined;
}
