// From a payload to the plan that core/task-run advances: who depends on whom, and for how long others wait.
import type { ContainerPlan, TaskPlan } from '#core/task-run/plan.ts';
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import { PAUSE_CONTAINER } from './names.ts';
import { namespaces } from './namespaces.ts';

const DEFAULT_RESTART_PERIOD_SECONDS = 300;

/**
 * @param defaultStopTimeoutMs the host's, for containers without one of their own (ECS: 30 s)
 * @param attached the task's interface is in a namespace that the agent made
 */
export function planTask(task: PayloadTask, defaultStopTimeoutMs: number, attached: boolean): TaskPlan {
  const { pause } = namespaces(task, attached);
  const own = task.containers.map((c) => planContainer(task, c, pause, defaultStopTimeoutMs));
  return { arn: task.arn, containers: pause ? [pausePlan(), ...own] : own };
}

function planContainer(task: PayloadTask, container: PayloadContainer, pause: boolean, defaultStopTimeoutMs: number): ContainerPlan {
  const links = (container.links ?? []).map((link) => link.split(':')[0] ?? link);
  const sources = container.volumesFrom.map((v) => v.sourceContainer);
  // A link is resolved when the container starts, so the other one has to run by then.
  const dependsOn = [
    ...(pause ? [{ containerName: PAUSE_CONTAINER, condition: 'START' as const }] : []),
    ...links.map((containerName) => ({ containerName, condition: 'START' as const })),
    ...(container.dependsOn ?? []),
  ];
  return {
    name: container.name,
    essential: container.essential,
    internal: false,
    dependsOn,
    needsCreated: [...new Set([...(pause ? [PAUSE_CONTAINER] : []), ...links, ...sources])],
    ...(positive(container.startTimeout) && { startTimeoutMs: container.startTimeout * 1000 }),
    stopTimeoutMs: positive(container.stopTimeout) ? container.stopTimeout * 1000 : defaultStopTimeoutMs,
    ...(container.restartPolicy?.enabled === true && {
      restart: {
        ignoredExitCodes: container.restartPolicy.ignoredExitCodes ?? [],
        periodMs: (container.restartPolicy.restartAttemptPeriod ?? DEFAULT_RESTART_PERIOD_SECONDS) * 1000,
      },
    }),
    createEarly: sources.length === 0 && container.mountPoints.every((m) => isBind(task, m.sourceVolume)),
  };
}

function pausePlan(): ContainerPlan {
  return { name: PAUSE_CONTAINER, essential: true, internal: true, dependsOn: [], needsCreated: [], stopTimeoutMs: 2000, createEarly: true };
}

function isBind(task: PayloadTask, volume: string): boolean {
  const sourcePath = task.volumes.find((v) => v.name === volume)?.host?.sourcePath;
  return sourcePath !== undefined && sourcePath !== '';
}

function positive(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds > 0;
}
