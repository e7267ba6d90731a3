// The steps of a task's life that no agent reports: giving its network interface back, and ending with its host.
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Task } from '#model/task.ts';
import { lastSegment } from '#model/arn.ts';
import { isLost } from '../host/loss.ts';
import type { StopCause } from './ending.ts';
import type { Plan } from './plan.ts';

export interface LifecycleSnapshot {
  readonly task: Task;
  /** The row of the task's host; absent when it is gone or the task has none. */
  readonly host: ContainerInstance | undefined;
}

export type LifecycleAction =
  /** Delete these interfaces and step on to STOPPED. */
  | { readonly kind: 'release'; readonly taskArn: string; readonly networkInterfaceIds: readonly string[] }
  | { readonly kind: 'endWithHost'; readonly taskArn: string; readonly cause: StopCause };

/** At most one action: what follows from it is seen when the row has changed. */
export function planLifecycle({ task, host }: LifecycleSnapshot): Plan<LifecycleAction> {
  if (task.lastStatus === 'STOPPED') return nothing('the task has ended');
  if (task.lastStatus === 'DEPROVISIONING') {
    const networkInterfaceIds = task.attachments.map((attachment) => attachment.networkInterfaceId);
    return { actions: [{ kind: 'release', taskArn: task.arn, networkInterfaceIds }], why: 'its containers have stopped' };
  }
  if (task.hostArn === undefined) return nothing('no host yet');
  if (host === undefined || host.status === 'INACTIVE') return end(task, hostGone(task, host), 'its host is deregistered');
  // TS19: one that is to run stays what it is, as far as anybody knows: its service replaces it, or its host comes back with it.
  if (!isLost(host) || task.desiredStatus === 'RUNNING') return nothing('its host has it');
  return end(task, { stopCode: 'InfrastructureHealth', reason: `Host ${lastSegment(task.hostArn)} is unreachable.` }, 'it was to stop, and its host is lost');
}

function end(task: Task, cause: StopCause, why: string): Plan<LifecycleAction> {
  return { actions: [{ kind: 'endWithHost', taskArn: task.arn, cause }], why };
}

function nothing(why: string): Plan<LifecycleAction> {
  return { actions: [], why };
}

/** ECS's words for an instance that is gone. */
function hostGone(task: Task, host: ContainerInstance | undefined): StopCause {
  const name = host?.ec2InstanceId ?? lastSegment(task.hostArn ?? '');
  const kind = host?.launchType === 'EXTERNAL' ? 'EXTERNAL' : task.launchType === 'FARGATE' ? 'FARGATE' : 'EC2';
  return { stopCode: 'InfrastructureHealth', reason: `Host ${kind} (instance ${name}) terminated.` };
}
