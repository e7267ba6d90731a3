// Names and labels of what a task owns on its host. They are derived from the task alone, so that an agent that was
// killed in the middle finds its things again, and a second attempt collides instead of doubling.
import { createHash } from 'node:crypto';
import type { PayloadTask } from '#link/messages.ts';

/** As Amazon's agent calls it. */
export const PAUSE_CONTAINER = '~internal~ecs~pause';

export const LABELS = {
  cluster: 'com.amazonaws.ecs.cluster',
  containerName: 'com.amazonaws.ecs.container-name',
  taskArn: 'com.amazonaws.ecs.task-arn',
  family: 'com.amazonaws.ecs.task-definition-family',
  version: 'com.amazonaws.ecs.task-definition-version',
  /** Which agent owns it: several may share one runtime. */
  agent: 'longshore.agent',
  /** `vpc` on the bridges of VPCs. */
  networkOf: 'longshore.network-of',
  /** The VPC of a network. */
  vpc: 'longshore.vpc',
} as const;

/** The last part of a task ARN: 32 hex digits. */
export function taskId(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}

/** The cluster's short name. */
export function clusterName(clusterArn: string): string {
  return clusterArn.slice(clusterArn.lastIndexOf('/') + 1);
}

/** The region of an ARN. */
export function arnRegion(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** `ecs-<family>-<revision>-<container>-<20 hex>`. */
export function containerName(task: Pick<PayloadTask, 'arn' | 'family' | 'version'>, container: string): string {
  const shown = container === PAUSE_CONTAINER ? 'internalecspause' : container;
  return `ecs-${task.family}-${task.version}-${shown}-${digest(task.arn, container)}`;
}

/** Name of a volume that lives as long as its task. */
export function volumeName(task: Pick<PayloadTask, 'arn' | 'family' | 'version'>, volume: string): string {
  return `ecs-${task.family}-${task.version}-${volume}-${digest(task.arn, `volume ${volume}`)}`;
}

/** Id of the task's cgroup, and of its network namespace. */
export function taskGroupId(taskArn: string): string {
  return /^[a-z0-9]+$/.test(taskId(taskArn)) ? taskId(taskArn) : digest(taskArn, 'group');
}

/** Labels of everything that belongs to a task. */
export function taskLabels(task: PayloadTask, agentId: string): Record<string, string> {
  return {
    [LABELS.cluster]: clusterName(task.taskClusterArn),
    [LABELS.taskArn]: task.arn,
    [LABELS.family]: task.family,
    [LABELS.version]: task.version,
    [LABELS.agent]: agentId,
  };
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 20);
}
