// Where a container's output goes: the Engine API's LogConfig.
import { lastSegment } from '#model/arn.ts';
import type { Task } from '#model/task.ts';
import type { ContainerDefinition } from '#model/task-definition.ts';

export interface EngineLogConfig {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}

/**
 * The log configuration as the agent gets it, or undefined when the definition has none (the host's default applies).
 * For awslogs the region is filled in and `awslogs-stream-prefix` becomes `awslogs-stream` = `prefix/container/task id`;
 * without a prefix there is no stream name: ECS then uses the container's runtime id, which only the agent knows.
 */
export function renderLogConfig(task: Task, container: ContainerDefinition): EngineLogConfig | undefined {
  const configuration = container.logConfiguration;
  if (configuration === undefined) return undefined;
  const options = configuration.options ?? {};
  if (configuration.logDriver !== 'awslogs') return { Type: configuration.logDriver, Config: options };
  const { 'awslogs-stream-prefix': prefix, ...rest } = options;
  return {
    Type: 'awslogs',
    Config: {
      'awslogs-region': task.region,
      ...rest,
      ...(prefix !== undefined && { 'awslogs-stream': `${prefix}/${container.name}/${lastSegment(task.arn)}` }),
    },
  };
}
