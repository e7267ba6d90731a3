// A task as the metadata endpoint shows it. Pure.
import { PHASES, type TaskRun } from '#core/task-run/run.ts';
import type { PayloadTask } from '#link/messages.ts';
import { clusterName } from '../spec/names.ts';
import { taskInterface } from '../spec/network.ts';
import { time, type MetadataVersion } from './view-container.ts';

export function viewTask(task: PayloadTask, run: TaskRun, containers: readonly object[], version: MetadataVersion): Record<string, unknown> {
  const fargate = task.launchType === 'FARGATE';
  const eni = taskInterface(task);
  return {
    Cluster: fargate ? task.taskClusterArn : clusterName(task.taskClusterArn),
    TaskARN: task.arn,
    Family: task.family,
    Revision: task.version,
    ...(version === 4 && task.serviceName !== undefined && { ServiceName: task.serviceName }),
    DesiredStatus: run.desired,
    KnownStatus: knownStatus(run),
    ...((task.cpu > 0 || task.memory > 0) && { Limits: { ...(task.cpu > 0 && { CPU: task.cpu }), ...(task.memory > 0 && { Memory: task.memory }) } }),
    ...time('PullStartedAt', run.pullStartedAtMs),
    ...time('PullStoppedAt', run.pullStoppedAtMs),
    ...time('ExecutionStoppedAt', run.executionStoppedAtMs),
    ...(task.availabilityZone !== undefined && { AvailabilityZone: task.availabilityZone }),
    ...(version === 4 && { LaunchType: task.launchType }),
    ...(version === 4 && eni !== undefined && { VPCID: eni.vpcId }),
    Containers: containers,
    ...(version === 4 && { FaultInjectionEnabled: task.enableFaultInjection ?? false }),
  };
}

/** As far as the last of its containers has come. */
function knownStatus(run: TaskRun): string {
  if (run.reachedRunning && run.desired === 'RUNNING') return 'RUNNING';
  const phases = run.plan.containers.filter((c) => !c.internal).map((c) => PHASES.indexOf(run.containers[c.name]?.phase ?? 'none'));
  return (PHASES[Math.min(...phases)] ?? 'none').toUpperCase();
}
