// Task overrides: only for containers that exist, and only sizes that can be.
import { isFargateSize } from '#core/task-definition/fargate-sizes.ts';
import { parseCpu, parseMemory } from '#core/task-definition/size.ts';
import type { ContainerOverride, LaunchType, TaskOverride } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import { clientException, invalidParameter } from './errors.ts';
import type { RunTaskRequest, Shape } from './shapes.ts';

type Input = NonNullable<Shape<RunTaskRequest>['overrides']>;

/** ECS's limit on the JSON of all overrides. */
const MAX_OVERRIDE_CHARACTERS = 8192;

/**
 * The overrides as the task keeps and shows them: every container of the definition is listed, sizes in plain numbers.
 * Throws InvalidParameterException, or ClientException for a size Fargate does not have.
 */
export function validOverrides(input: Input | undefined, definition: TaskDefinition, launchType: LaunchType): TaskOverride {
  if (input && JSON.stringify(input).length > MAX_OVERRIDE_CHARACTERS) {
    throw invalidParameter(`Overrides length must be at most ${MAX_OVERRIDE_CHARACTERS}.`);
  }
  const names = definition.containerDefinitions.map((c) => c.name);
  const given = input?.containerOverrides ?? [];
  for (const override of given) validContainerOverride(override, names);
  const cpu = size('cpu', input?.cpu, parseCpu);
  const memory = size('memory', input?.memory, parseMemory);
  if (launchType === 'FARGATE' && (cpu !== undefined || memory !== undefined)) {
    const [newCpu, newMemory] = [cpu ?? definition.cpu, memory ?? definition.memory];
    if (!isFargateSize(Number(newCpu), Number(newMemory))) throw noFargateSize(newCpu, newMemory);
  }
  const storage = input?.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && (storage < 20 || storage > 200)) {
    throw invalidParameter('Invalid setting for ephemeral storage override. sizeInGiB must be between 20 and 200.');
  }
  return {
    containerOverrides: names.map((name) => plain(given.find((o) => o.name === name) ?? { name }) as ContainerOverride),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(input?.executionRoleArn ? { executionRoleArn: input.executionRoleArn } : {}),
    ...(input?.taskRoleArn ? { taskRoleArn: input.taskRoleArn } : {}),
    ...(storage === undefined ? {} : { ephemeralStorage: { sizeInGiB: storage } }),
    inferenceAcceleratorOverrides: plain(input?.inferenceAcceleratorOverrides ?? []) as TaskOverride['inferenceAcceleratorOverrides'],
  };
}

export function noFargateSize(cpu: string | undefined, memory: string | undefined): Error {
  return clientException(
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  );
}

function validContainerOverride(override: NonNullable<Input['containerOverrides']>[number], names: readonly string[]): void {
  const name = override.name;
  if (!name) throw invalidParameter('Container name should not be null or empty in a container override.');
  if (!names.includes(name)) throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
  for (const { name: variable } of override.environment ?? []) {
    if (!variable) throw invalidParameter('Environment variable name should not be null or empty.');
  }
  const { cpu = 0, memory, memoryReservation } = override;
  if (cpu < 0) throw invalidParameter(`Invalid 'cpu' override for container '${name}'.`);
  for (const size of [memory, memoryReservation]) {
    if (size !== undefined && size < 4) throw invalidParameter(`Invalid memory override for container '${name}'. The minimum is 4 MiB.`);
  }
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation) {
    throw invalidParameter(`Invalid memory override for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`);
  }
}

function size(member: 'cpu' | 'memory', text: string | undefined, parse: (text: string) => number | undefined): string | undefined {
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined || value <= 0) throw invalidParameter(`Invalid '${member}' override for task.`);
  return String(value);
}

/** Without undefined members: what is stored is plain JSON. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
