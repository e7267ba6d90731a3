// Reads what the plan of a service needs to know.
import type { FailedTask, ServiceSnapshot, TaskView } from '#core/service/snapshot.ts';
import { isLost } from '#core/host/loss.ts';
import { serviceGroup } from '#core/service/launch-spec.ts';
import { containerInstances } from '#model/container-instance.ts';
import { targets } from '#model/load-balancer.ts';
import { subnets } from '#model/network.ts';
import { serviceDeployments, serviceRevisions, serviceSchedulers, services, taskSets } from '#model/service.ts';
import type { Service, ServiceDeployment, ServiceRevision, ServiceScheduler } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { daemonHosts } from './service-hosts.ts';

/** Undefined when there is no such service. @param alarmsInAlarm names of the account's alarms that are in ALARM */
export function loadService(reader: Reader, serviceArn: string, alarmsInAlarm: (service: Service) => readonly string[]): ServiceSnapshot | undefined {
  const service = reader.get(services, serviceArn);
  if (service === undefined) return undefined;
  const scheduler = reader.get(serviceSchedulers, serviceArn);
  const deployments = loadDeployments(reader, service);
  const key = `${service.clusterArn}|${serviceGroup(service)}`;
  return {
    service,
    scheduler,
    deployments,
    revisions: loadRevisions(reader, service, scheduler, deployments),
    taskSets: service.deploymentController === 'ECS' ? [] : [...reader.by(taskSets, 'service', serviceArn)],
    tasks: [...reader.by(tasks, 'group', key)].map((task) => viewTask(reader, task)),
    failures: [...reader.by(tasks, 'unnotedFailure', key)].map(viewFailure),
    hosts: service.schedulingStrategy === 'DAEMON' ? daemonHosts(reader, service) : [],
    zones: service.availabilityZoneRebalancing === 'ENABLED' ? zonesOf(reader, service) : [],
    alarmsInAlarm: alarmsInAlarm(service),
  };
}

function loadDeployments(reader: Reader, service: Service): ServiceDeployment[] {
  const unfinished = [...reader.by(serviceDeployments, 'unfinished', service.arn)];
  const current = service.currentDeploymentArn === undefined ? undefined : reader.get(serviceDeployments, service.currentDeploymentArn);
  return current === undefined || unfinished.some((d) => d.arn === current.arn) ? unfinished : [...unfinished, current];
}

function loadRevisions(reader: Reader, service: Service, scheduler: ServiceScheduler | undefined, deployments: readonly ServiceDeployment[]): ServiceRevision[] {
  const arns = new Set<string | undefined>([service.targetRevisionArn, scheduler?.completedRevisionArn]);
  for (const d of deployments) for (const arn of [d.targetRevisionArn, d.rollback?.serviceRevisionArn, ...d.sourceRevisionArns]) arns.add(arn);
  return [...arns].flatMap((arn) => (arn === undefined ? [] : (reader.get(serviceRevisions, arn) ?? [])));
}

export function viewTask(reader: Reader, task: Task): TaskView {
  const host = task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn);
  return {
    arn: task.arn,
    origin: task.taskSetArn ?? task.serviceRevisionArn ?? '',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    healthStatus: task.healthStatus,
    hasHealthCheck: task.containers.some((c) => c.essential && c.hasHealthCheck),
    hostArn: task.hostArn,
    lost: isLost(host),
    leaving: host !== undefined && host.status !== 'ACTIVE',
    zone: task.availabilityZone,
    protectedUntil: task.protectedUntil,
    capacityProviderName: task.capacityProviderName,
    wantedTargets: task.loadBalancers?.length ?? 0,
    targets:
      task.loadBalancers === undefined
        ? []
        : [...reader.by(targets, 'task', task.arn)].map((t) => ({ targetGroupArn: t.targetGroupArn, port: t.port, state: t.health.state, description: t.health.description, draining: t.drainingSince !== undefined })),
  };
}

function viewFailure(task: Task): FailedTask {
  return {
    arn: task.arn,
    origin: task.taskSetArn ?? task.serviceRevisionArn ?? '',
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt ?? task.createdAt,
    stopCode: task.stopCode,
    reason: task.stoppedReason,
  };
}

/** Zones of its subnets; without any, those of the cluster's hosts. */
function zonesOf(reader: Reader, service: Service): string[] {
  const own = service.spec.awsvpc?.subnets.flatMap((id) => reader.get(subnets, id)?.availabilityZone ?? []);
  if (own !== undefined && own.length > 0) return [...new Set(own)];
  return [...new Set([...reader.by(containerInstances, 'cluster', `${service.clusterArn}|ACTIVE`)].map((host) => host.availabilityZone))];
}
