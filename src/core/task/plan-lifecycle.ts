// The steps of a task's life that no agent reports: giving its network interface back, and ending with its host.
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Task } from '#model/task.ts';
import { lastSegment } from '#model/arn.ts';
import type { StopCause } from './ending.ts';
import type { Plan } from './plan.ts';

export interface LifecycleSnapshot {
  readonly task: Task;
  /** The row of the task's host; absent when it is gone or the task has none. */
  readonly host: ContainerInstance | undefined;
  /** A host that is away for longer is given up, and its tasks with it. Absent: never; it keeps its tasks. */
  readonly hostLossMs?: number;
}

export type LifecycleAction =
  /** Delete these interfaces and step on to STOPPED. */
  | { readonly kind: 'release'; readonly taskArn: string; readonly networkInterfaceIds: readonly string[] }
  | { readonly kind: 'endWithHost'; readonly taskArn: string; readonly cause: StopCause };

/** At most one action: what follows from it is seen when the row has changed. */
export function planLifecycle({ task, host, hostLossMs }: LifecycleSnapshot, now: number): Plan<LifecycleAction> {
  if (task.lastStatus === 'STOPPED') return nothing('the task has ended');
  if (task.lastStatus === 'DEPROVISIONING') {
    const networkInterfaceIds = task.attachments.map((attachment) => attachment.networkInterfaceId);
    return { actions: [{ kind: 'release', taskArn: task.arn, networkInterfaceIds }], why: 'its containers have stopped' };
  }
  if (task.hostArn === undefined) return nothing('no host yet');
  if (host === undefined || host.status === 'INACTIVE') return end(task, hostGone(task, host), 'its host is deregistered');
  if (hostLossMs === undefined || host.agentConnected) return nothing('its host has it');
  const lostAt = (host.agentDisconnectedAt ?? host.registeredAt) + hostLossMs;
  if (now < lostAt) return { actions: [], wakeAt: lostAt, why: 'its host is away and may come back' };
  return end(task, { stopCode: 'InfrastructureHealth', reason: `Host ${lastSegment(task.hostArn)} is unreachable.` }, 'its host was away for too long');
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
