// The service scheduler and its deployments: what core/service and core/deployment plan, done in one transaction.
import { uuid } from '#base/ids.ts';
import { planService } from '#core/service/plan.ts';
import type { ServiceAction, ServiceSnapshot } from '#core/service/snapshot.ts';
import { requestStop } from '#core/task/stop.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { targets } from '#model/load-balancer.ts';
import type { Target } from '#model/load-balancer.ts';
import { serviceDeployments, serviceEvents, serviceRevisions, serviceSchedulers, services, taskSets } from '#model/service.ts';
import type { Service, ServiceDeployment, ServiceScheduler, TaskSet } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Change, Reader, Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';
import { launchTasks, putEvent } from './service-launch.ts';
import type { LaunchTools } from './service-launch.ts';
import { loadService } from './service-load.ts';
import { shiftTraffic } from './service-traffic.ts';

export interface ServiceReconcilerOptions extends LaunchTools {
  /** Names of the CloudWatch alarms, of those a service's deployments watch, that are in ALARM. */
  readonly alarmsInAlarm?: (service: Service) => readonly string[];
}

/** Keys: service ARNs. */
export function serviceScheduler(options: ServiceReconcilerOptions) {
  const alarmsInAlarm = options.alarmsInAlarm ?? (() => []);
  // The loop plans and applies one key in one turn: actions need not name their service.
  let current = '';
  return reconciler<ServiceSnapshot, ServiceAction>({
    name: 'service',
    *keysAtStart(reader) {
      for (const service of reader.all(services)) yield service.arn;
    },
    keysOf,
    load(reader, key) {
      current = key;
      return loadService(reader, key, alarmsInAlarm);
    },
    plan: planService,
    apply: (tx, action, now) => apply(tx, current, action, options, now),
  });
}

function* keysOf({ table, key, before, after }: Change, reader: Reader): Iterable<string> {
  switch (table.name) {
    case services.name:
      if (after !== undefined) yield key;
      break;
    case serviceDeployments.name:
    case taskSets.name:
    case serviceSchedulers.name:
      yield ((after ?? before) as ServiceDeployment | ServiceScheduler | TaskSet).serviceArn;
      break;
    case tasks.name: {
      const arn = serviceArnOf((after ?? before) as Task);
      if (arn !== undefined) yield arn;
      break;
    }
    case targets.name: {
      const { taskArn } = (after ?? before) as Target;
      const task = taskArn === undefined ? undefined : reader.get(tasks, taskArn);
      const arn = task && serviceArnOf(task);
      if (arn !== undefined) yield arn;
      break;
    }
    case containerInstances.name:
      yield* servicesOfHost(before as ContainerInstance | undefined, after as ContainerInstance | undefined, reader);
      break;
    default:
  }
}

/** A host came, went, or is to be emptied: tasks may have to move, or find a place now. */
function* servicesOfHost(before: ContainerInstance | undefined, after: ContainerInstance | undefined, reader: Reader): Iterable<string> {
  if (before?.status === after?.status && before?.agentConnected === after?.agentConnected && before?.attributes === after?.attributes && before?.lostAt === after?.lostAt) return;
  const host = after ?? before;
  for (const service of reader.by(services, 'live', 'live')) {
    if (host?.pool === 'fargate' || service.clusterArn === host?.clusterArn) yield service.arn;
  }
}

export function serviceArnOf(task: Pick<Task, 'clusterArn' | 'serviceName'>): string | undefined {
  return task.serviceName === undefined ? undefined : `${task.clusterArn.replace(':cluster/', ':service/')}/${task.serviceName}`;
}

function apply(tx: Transaction, serviceArn: string, action: ServiceAction, tools: LaunchTools, now: number): void {
  switch (action.kind) {
    case 'launch':
      return launchTasks(tx, serviceArn, action, tools, now);
    case 'stop': {
      const task = tx.get(tasks, action.taskArn);
      if (task !== undefined) tx.put(tasks, requestStop(task, { stopCode: 'ServiceSchedulerInitiated', reason: action.reason }, now));
      return;
    }
    case 'putService':
      tx.put(services, action.service);
      if (action.service.status === 'INACTIVE') tx.delete(serviceSchedulers, serviceArn);
      return;
    case 'putScheduler':
      return tx.put(serviceSchedulers, action.scheduler);
    case 'putDeployment':
      return tx.put(serviceDeployments, action.deployment);
    case 'putTaskSet':
      return tx.put(taskSets, action.taskSet);
    case 'deleteTaskSet':
      return tx.delete(taskSets, action.taskSetArn);
    case 'noteFailures':
      for (const arn of action.taskArns) noteFailure(tx, arn);
      return;
    case 'traffic':
      return shiftTraffic(tx, serviceArn, action);
    case 'startHook': {
      const deployment = tx.get(serviceDeployments, action.deploymentArn);
      if (deployment !== undefined) tx.put(serviceDeployments, { ...deployment, hooks: [...deployment.hooks, { ...action.run, hookId: uuid(tools.random) }] });
      return;
    }
    case 'event': {
      const service = tx.get(services, serviceArn);
      if (service !== undefined) putEvent(tx, service, action.message, tools.random, now);
      return;
    }
    case 'forget':
      return forget(tx, serviceArn);
  }
}

function noteFailure(tx: Transaction, taskArn: string): void {
  const task = tx.get(tasks, taskArn);
  if (task !== undefined) tx.put(tasks, { ...task, failureNoted: true });
}

function forget(tx: Transaction, serviceArn: string): void {
  for (const event of [...tx.by(serviceEvents, 'service', serviceArn)]) tx.delete(serviceEvents, event.id);
  for (const revision of [...tx.by(serviceRevisions, 'service', serviceArn)]) tx.delete(serviceRevisions, revision.arn);
  for (const deployment of [...tx.by(serviceDeployments, 'service', serviceArn)]) tx.delete(serviceDeployments, deployment.arn);
  tx.delete(services, serviceArn);
}
