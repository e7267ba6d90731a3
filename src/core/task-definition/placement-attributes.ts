// The attributes a host must have to be given a task of a definition.
import type { LaunchType } from '#model/task.ts';
import type { Attribute, TaskDefinition } from '#model/task-definition.ts';

/** Value of `ecs.cpu-architecture` for each architecture of the model. */
const ARCHITECTURES = { X86_64: 'x86_64', ARM64: 'arm64' } as const;

/**
 * What the definition requires, and the processor it names, if it names one. Hosts of the Fargate pool are all alike but for
 * the processor, so they are not asked for capabilities.
 */
export function placementAttributes(
  definition: Pick<TaskDefinition, 'requiresAttributes' | 'runtimePlatform'>,
  launchType: LaunchType,
): readonly Attribute[] {
  const capabilities = launchType === 'FARGATE' ? [] : definition.requiresAttributes;
  const architecture = definition.runtimePlatform?.cpuArchitecture;
  if (architecture === undefined) return capabilities;
  return [...capabilities, { name: 'ecs.cpu-architecture', value: ARCHITECTURES[architecture] }];
}
