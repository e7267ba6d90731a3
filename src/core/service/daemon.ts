// DAEMON services: one task on each eligible host, in steady state and through rolling deployments (SV17).
import { isDeploymentFinished } from '#model/service.ts';
import { complete, goalOf, isGivenUp } from '../deployment/finish.ts';
import { watchDeployment } from '../deployment/watch.ts';
import { liveTasks, stopTasks } from './draft.ts';
import type { Draft } from './draft.ts';
import { isHealthy, unhealthyBecause } from './health.ts';
import { limitsOf } from './limits.ts';
import { sayStuck } from './scale.ts';
import type { TaskView } from './snapshot.ts';
import { saySteady } from './steady.ts';
import { launching } from './throttle.ts';

export function planDaemon(draft: Draft): void {
  const { snapshot } = draft;
  const desired = snapshot.hosts.length;
  if (draft.service.desiredCount !== desired) draft.service = { ...draft.service, desiredCount: desired };
  const running = draft.deployment !== undefined && !isDeploymentFinished(draft.deployment);
  if (running && watchDeployment(draft, desired)) return;
  const { deployment } = draft;
  const goal = running && deployment !== undefined ? goalOf(deployment) : draft.service.targetRevisionArn;
  if (goal === undefined) return;
  const paused = isGivenUp(deployment, goal);
  const startedBy = deployment?.id ?? 'ecs-svc/0';
  const stops = paused ? [] : daemonStops(draft, goal, desired, startedBy);
  stopTasks(draft, stops);
  const launched = !paused && launch(draft, goal, startedBy);
  if (running && !launched && stops.length === 0) {
    if (isReached(draft, goal, desired)) complete(draft);
    else if (isStuck(draft, goal)) sayStuck(draft);
  }
  if (!running) saySteady(draft);
}

/** The old one goes first: two daemons on one host would fight for its ports. Down to the minimum at a time. */
function daemonStops(draft: Draft, goal: string, desired: number, startedBy: string): { task: TaskView; reason: string }[] {
  const { now, service, snapshot } = draft;
  const graceMs = (service.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const reason = `Scaling activity initiated by (deployment ${startedBy})`;
  const { lower } = limitsOf(service.deploymentConfiguration, desired);
  const live = liveTasks(snapshot.tasks);
  let healthy = live.filter(isHealthy).length;
  const taken = new Set<string>();
  const stops: { task: TaskView; reason: string }[] = [];
  for (const task of live) {
    const unhealthy = unhealthyBecause(task, graceMs, now);
    const twice = task.origin === goal && taken.has(task.hostArn ?? '');
    if (task.origin === goal) taken.add(task.hostArn ?? '');
    if (unhealthy !== undefined) stops.push({ task, reason: unhealthy.reason });
    else if (task.origin === goal && !twice && !task.leaving) continue;
    else if (!isHealthy(task)) stops.push({ task, reason });
    else if (task.leaving || twice || healthy > lower) {
      stops.push({ task, reason });
      healthy -= 1;
    }
  }
  return stops;
}

/** On hosts that have no task of the service left, stopping ones included. */
function launch(draft: Draft, goal: string, startedBy: string): boolean {
  const occupied = new Set(draft.snapshot.tasks.map((task) => task.hostArn));
  const hosts = draft.snapshot.hosts.filter((host) => !occupied.has(host));
  if (hosts.length === 0 || !launching(draft).mayLaunch) return false;
  draft.actions.push({ kind: 'launch', origin: goal, count: hosts.length, startedBy, alternate: false, hosts });
  draft.why.push(`start ${hosts.length}`);
  return true;
}

function isReached(draft: Draft, goal: string, desired: number): boolean {
  const live = liveTasks(draft.snapshot.tasks);
  return live.every((task) => task.origin === goal) && live.filter(isHealthy).length >= desired;
}

/** Every task serves, also old ones: the minimum does not let them go. */
function isStuck({ snapshot }: Draft, goal: string): boolean {
  return snapshot.tasks.every(isHealthy) && snapshot.tasks.some((task) => task.origin !== goal);
}
