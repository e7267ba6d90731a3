// What must hold of services in every run: limits, draining, and that deployments end where they should.
import { isLost } from '#core/host/loss.ts';
import { unhealthyBecause, isHealthy } from '#core/service/health.ts';
import { limitsOf } from '#core/service/limits.ts';
import { computedDesiredCount } from '#core/service/task-sets.ts';
import { isDraining } from '#core/task/stop.ts';
import { viewTask } from '#control/reconcilers/service-load.ts';
import { containerInstances } from '#model/container-instance.ts';
import { listeners, targets } from '#model/load-balancer.ts';
import { isDeploymentFinished, serviceDeployments, services, taskSets } from '#model/service.ts';
import type { Service, ServiceDeployment } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Commit, Reader } from '#store/store.ts';
import { serviceArnOf } from '#control/reconcilers/service.ts';
import { RULE } from './service-balancer.ts';

export interface ServiceCheckers {
  readonly violations: readonly string[];
  onCommit(commit: Commit, reader: Reader): void;
  onStop(taskArn: string, reader: Reader | undefined): void;
  /** Why a service is not where it should be yet; undefined when all are. */
  unsettled(reader: Reader, isBad: (taskDefinitionArn: string) => boolean): string | undefined;
}

const liveOf = (reader: Reader, service: Service): Task[] =>
  [...reader.by(tasks, 'group', `${service.clusterArn}|service:${service.name}`)].filter((task) => task.desiredStatus === 'RUNNING' && !onLostHost(reader, task));

/** Nobody counts on those. */
const onLostHost = (reader: Reader, task: Task): boolean => isLost(task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn));

export function openServiceCheckers(note: (what: string) => void): ServiceCheckers {
  const violations: string[] = [];
  const violate = (what: string): void => {
    note(`VIOLATION ${what}`);
    violations.push(what);
  };

  const checkTask = (before: Task | undefined, after: Task, reader: Reader): void => {
    if (before === undefined) return;
    if (isDraining(before) && after.lastStatus === 'STOPPING' && reader.count(targets, 'task', after.arn) > 0) violate(`task ${after.arn.slice(-6)} is to be stopped while a target of it is left`);
    const asked = after.stopCode === 'ServiceSchedulerInitiated' || after.stopCode === 'UserInitiated';
    if (before.desiredStatus === 'RUNNING' && after.desiredStatus === 'STOPPED' && asked && before.lastStatus === 'RUNNING' && after.loadBalancers !== undefined && !isDraining(after)) {
      violate(`task ${after.arn.slice(-6)} is to stop, and its targets do not drain first`);
    }
    if (after.lastStatus === 'STOPPED' && before.desiredStatus === 'RUNNING' && after.stopCode === 'ServiceSchedulerInitiated' && before.lastStatus === 'RUNNING') {
      violate(`task ${after.arn.slice(-6)} was stopped by its service without draining`);
    }
  };

  /** The scheduler's stops of one commit: never under the minimum. Its launches: never over the maximum. */
  const checkLimits = (service: Service, deployment: ServiceDeployment | undefined, changed: readonly { before: Task | undefined; after: Task }[], reader: Reader): void => {
    // Task sets have each their own number, and a daemon's is that of the hosts there are.
    if (service.status !== 'ACTIVE' || service.deploymentController !== 'ECS' || service.schedulingStrategy === 'DAEMON') return;
    const config = (deployment !== undefined && !isDeploymentFinished(deployment) ? deployment : service).deploymentConfiguration;
    const { lower, upper } = limitsOf(service.deploymentConfiguration, service.desiredCount);
    const live = liveOf(reader, service);
    const launched = changed.filter(({ before }) => before === undefined).length;
    const most = config.strategy === 'ROLLING' ? upper : service.desiredCount * 2;
    // Either side of a shift starts the replacement of an unhealthy task first, within its own maximum, and keeps what is protected.
    const counted = config.strategy === 'ROLLING' ? live : live.filter((task) => task.protectedUntil === undefined && unhealthyBecause(viewTask(reader, task), 0, Infinity) === undefined);
    if (launched > 0 && counted.length > most) violate(`service ${service.name}: ${live.length} tasks are to run, ${most} are the most`);
    const hurt = changed.filter(({ before, after }) => {
      if (before === undefined || before.desiredStatus !== 'RUNNING' || after.desiredStatus !== 'STOPPED' || after.stopCode !== 'ServiceSchedulerInitiated') return false;
      // In a shift, tasks that get no traffic serve nobody: they go as they are.
      if (config.strategy !== 'ROLLING' && !getsTraffic(reader, before)) return false;
      const view = viewTask(reader, before);
      return isHealthy(view) && unhealthyBecause(view, 0, Infinity) === undefined;
    });
    const healthy = live.filter((task) => isHealthy(viewTask(reader, task))).length;
    if (hurt.length > 0 && healthy < lower) violate(`service ${service.name}: ${hurt.length} healthy tasks stopped, ${healthy} left, ${lower} are the least`);
  };

  return {
    violations,
    onCommit({ changes }, reader) {
      const byService = new Map<string, { before: Task | undefined; after: Task }[]>();
      for (const { table, before, after } of changes) {
        if (table.name !== tasks.name || after === undefined) continue;
        const change = { before: before as Task | undefined, after: after as Task };
        const arn = serviceArnOf(change.after);
        if (arn === undefined) continue;
        checkTask(change.before, change.after, reader);
        byService.set(arn, [...(byService.get(arn) ?? []), change]);
      }
      for (const [arn, changed] of byService) {
        const service = reader.get(services, arn);
        if (service === undefined) continue;
        const current = service.currentDeploymentArn === undefined ? undefined : reader.get(serviceDeployments, service.currentDeploymentArn);
        checkLimits(service, current, changed, reader);
      }
    },

    onStop(taskArn, reader) {
      const task = reader?.get(tasks, taskArn);
      if (task !== undefined && isDraining(task) && task.containers.every((c) => c.lastStatus === 'RUNNING')) {
        violate(`containers of task ${taskArn.slice(-6)} are stopped while its targets drain`);
      }
    },

    unsettled(reader, isBad) {
      for (const service of reader.by(services, 'live', 'live')) {
        if (service.status !== 'ACTIVE') return `${service.name} is ${service.status}`;
        if (service.deploymentController !== 'ECS') {
          const missing = unsteadySet(reader, service);
          if (missing !== undefined) return missing;
          continue;
        }
        const deployment = service.currentDeploymentArn === undefined ? undefined : reader.get(serviceDeployments, service.currentDeploymentArn);
        if (deployment === undefined || !isDeploymentFinished(deployment)) return `${service.name}: deployment ${deployment?.status}, stage ${deployment?.stage}`;
        if (isBad(service.spec.taskDefinitionArn)) return `${service.name} still has the version that fails, ${deployment.status}`;
        const live = liveOf(reader, service);
        if (live.length !== service.desiredCount) return `${service.name} has ${live.length} tasks of ${service.desiredCount}`;
        const odd = live.find((task) => task.serviceRevisionArn !== service.targetRevisionArn || !isHealthy(viewTask(reader, task)));
        if (odd !== undefined) return `${service.name}: task ${odd.arn.slice(-6)} is ${odd.lastStatus} and not healthy, or not of the revision`;
        const why = strayTraffic(reader, service, live);
        if (why !== undefined) return why;
      }
      for (const target of reader.all(targets)) {
        if (reader.get(tasks, target.taskArn ?? '')?.lastStatus !== 'RUNNING') return `a target of task ${target.taskArn?.slice(-6)} is left`;
      }
      return undefined;
    },
  };
}

/** Each task set has its share, and nothing else runs. */
function unsteadySet(reader: Reader, service: Service): string | undefined {
  const sets = [...reader.by(taskSets, 'service', service.arn)];
  const live = liveOf(reader, service);
  for (const set of sets) {
    const own = live.filter((task) => task.taskSetArn === set.arn && isHealthy(viewTask(reader, task)));
    const wanted = computedDesiredCount(set, service.desiredCount);
    if (set.status === 'DRAINING' || set.stabilityStatus !== 'STEADY_STATE' || own.length !== wanted) return `task set ${set.id.slice(-4)} is ${set.status}, ${set.stabilityStatus}, ${own.length} of ${wanted}`;
  }
  const stray = live.find((task) => !sets.some((set) => set.arn === task.taskSetArn));
  return stray === undefined ? undefined : `task ${stray.arn.slice(-6)} is of no task set`;
}

function getsTraffic(reader: Reader, task: Task): boolean {
  const [action] = reader.get(listeners, RULE)?.defaultActions ?? [];
  const group = task.loadBalancers?.[0]?.targetGroupArn;
  return action?.type === 'forward' && action.targets.some((target) => target.targetGroupArn === group && target.weight > 0);
}

/** All traffic goes where the tasks are. */
function strayTraffic(reader: Reader, service: Service, live: readonly Task[]): string | undefined {
  if (service.spec.loadBalancers[0]?.advancedConfiguration === undefined || live.length === 0) return undefined;
  const [action] = reader.get(listeners, RULE)?.defaultActions ?? [];
  if (action?.type !== 'forward') return undefined;
  const group = live[0]?.loadBalancers?.[0]?.targetGroupArn;
  const stray = action.targets.find((target) => target.weight > 0 && target.targetGroupArn !== group);
  return stray === undefined ? undefined : `${service.name}: traffic goes to ${stray.targetGroupArn.slice(-10)}, its tasks are in ${group?.slice(-10)}`;
}
