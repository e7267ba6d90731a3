// What RunTask and StartTask have in common: the definition, overrides, network and labels of the tasks asked for.
import { reservedResources } from '#core/task-definition/reserved.ts';
import type { LaunchSpec } from '#core/task/launch.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Tag } from '#model/tag.ts';
import type { LaunchType } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { findTaskDefinition } from './find-task-definition.ts';
import type { Shape, StartTaskRequest } from './shapes.ts';
import { taskNetwork } from './task-network.ts';
import { optionalOneOf } from './validate-enum.ts';
import { validOverrides } from './validate-overrides.ts';
import { validTags } from './validate-tags.ts';

const MAX_STARTED_BY = 128;
const MAX_GROUP = 255;
const MAX_REFERENCE_ID = 1024;

/** Members that both requests have. */
export type LaunchInput = Omit<Shape<StartTaskRequest>, 'containerInstances'>;

export type LaunchRequest = LaunchSpec;

/** The ACTIVE definition a task is to be made of. Throws ClientException. */
export function runnableDefinition(reader: Reader, ctx: EcsContext, ref: string | undefined): TaskDefinition {
  if (!ref) throw clientException('TaskDefinition can not be blank.');
  const definition = findTaskDefinition(reader, ctx, ref);
  if (!definition) throw clientException('TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  return definition;
}

/** Checks everything but capacity. Throws the errors of validate-overrides, task-network and validate-tags. */
export function launchRequest(
  reader: Reader,
  ctx: EcsContext,
  input: LaunchInput,
  decided: { cluster: Cluster; definition: TaskDefinition; launchType: LaunchType },
): LaunchRequest {
  const { definition, launchType, cluster } = decided;
  if (!(definition.compatibilities as readonly string[]).includes(launchType)) {
    throw invalidParameter(`Task definition does not support launch_type ${launchType}.`);
  }
  validLabels(input);
  const tags = taskTags(input, definition, cluster);
  const network = taskNetwork(reader, ctx, definition, input.networkConfiguration);
  if (network?.configuration.assignPublicIp === 'ENABLED' && launchType !== 'FARGATE') {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
  if (input.volumeConfigurations?.length) {
    throw invalidParameter('Volumes configured at launch are not supported by Longshore yet.');
  }
  const overrides = validOverrides(input.overrides, definition, launchType);
  return {
    cluster,
    definition,
    overrides,
    reserved: reservedResources(definition, overrides),
    launchType,
    network,
    group: input.group || `family:${definition.family}`,
    startedBy: input.startedBy || undefined,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    tags,
  };
}

function validLabels(input: LaunchInput): void {
  const { startedBy = '', group = '', referenceId = '' } = input;
  if (startedBy.length > MAX_STARTED_BY) throw invalidParameter(`startedBy can have at most ${MAX_STARTED_BY} characters.`);
  if (!/^[\p{L}\p{N}\-_/.:@ ]*$/u.test(startedBy)) throw invalidParameter('startedBy contains invalid characters.');
  if (group.length > MAX_GROUP) throw invalidParameter(`group can have at most ${MAX_GROUP} characters.`);
  if (group.startsWith('service:')) throw invalidParameter('Invalid namespace for group.');
  if (referenceId.length > MAX_REFERENCE_ID) throw invalidParameter(`referenceId can have at most ${MAX_REFERENCE_ID} characters.`);
}

/** Managed tags, then those of the definition when propagated, then the request's own over both. */
function taskTags(input: LaunchInput, definition: TaskDefinition, cluster: Cluster): Tag[] {
  const own = validTags(input.tags);
  const propagate = optionalOneOf('propagateTags', input.propagateTags, ['TASK_DEFINITION', 'SERVICE', 'NONE']);
  if (propagate === 'SERVICE') throw invalidParameter('Tags can only be propagated from a service to tasks of that service.');
  const managed = input.enableECSManagedTags ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : [];
  const inherited = propagate === 'TASK_DEFINITION' ? definition.tags : [];
  const byKey = new Map([...managed, ...inherited, ...own].map((tag) => [tag.key, tag]));
  return [...byKey.values()];
}
