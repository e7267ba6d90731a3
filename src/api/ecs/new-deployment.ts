// A new revision of a service and the deployment that leads to it: rows only, the scheduler does the rest.
import { uuid } from '#base/ids.ts';
import { goalOf } from '#core/deployment/finish.ts';
import { lastSegment } from '#model/arn.ts';
import {
  isDeploymentFinished,
  type Service,
  type ServiceDeployment,
  serviceDeployments,
  type ServiceEvent,
  serviceEvents,
  type ServiceRevision,
  serviceRevisions,
  type ServiceSpec,
} from '#model/service.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { ownedByServiceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { forgetOldDeployments } from './deployment-history.ts';
import { resolvedImages } from './resolved-images.ts';
import { deploymentId, revisionId, serviceDeploymentId } from './service-ids.ts';

/**
 * Puts a revision of the service's spec and a PENDING deployment to it. Returns the service that points at them; the caller puts it.
 * An unfinished earlier deployment is left as it is: the scheduler ends what the service no longer points at.
 */
export function startDeployment(tx: Transaction, ctx: EcsContext, service: Service, definition: TaskDefinition): Service {
  forgetOldDeployments(tx, service, ctx.now);
  const revision = newRevision(tx, ctx, service, definition);
  const deployment = newDeployment(ctx, service, revision, sources(tx, service));
  tx.put(serviceRevisions, revision);
  tx.put(serviceDeployments, deployment);
  if (isDiscovered(service.spec)) tx.put(serviceEvents, notServed(ctx, service));
  return { ...service, targetRevisionArn: revision.arn, currentDeploymentArn: deployment.arn };
}

function isDiscovered({ serviceConnectConfiguration, serviceRegistries }: ServiceSpec): boolean {
  return serviceRegistries.length > 0 || (serviceConnectConfiguration as { enabled?: boolean } | undefined)?.enabled === true;
}

/** What the configuration promises and Longshore does not keep yet is said where the user looks. */
function notServed(ctx: EcsContext, service: Service): ServiceEvent {
  const message = `(service ${service.name}) Service Connect and service discovery are configured, but Longshore does not serve their names yet.`;
  return { id: uuid(ctx.random), serviceArn: service.arn, createdAt: ctx.now, message };
}

function newRevision(reader: Reader, ctx: EcsContext, service: Service, definition: TaskDefinition): ServiceRevision {
  return {
    arn: ownedByServiceArn(ctx, 'service-revision', lastSegment(service.clusterArn), service.name, revisionId(ctx.random)),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    spec: service.spec,
    containerImages: resolvedImages(reader, ctx, definition),
    createdAt: ctx.now,
  };
}

function newDeployment(ctx: EcsContext, service: Service, revision: ServiceRevision, sourceRevisionArns: readonly string[]): ServiceDeployment {
  const { deploymentConfiguration } = service;
  const monitor = (on: boolean | undefined): 'MONITORING' | 'DISABLED' => (on ? 'MONITORING' : 'DISABLED');
  return {
    arn: ownedByServiceArn(ctx, 'service-deployment', lastSegment(service.clusterArn), service.name, serviceDeploymentId(ctx.random)),
    id: deploymentId(ctx.random),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: 'PENDING',
    targetRevisionArn: revision.arn,
    sourceRevisionArns,
    deploymentConfiguration,
    stage: 'RECONCILE_SERVICE',
    stageStartedAt: ctx.now,
    productionWeight: 0,
    testWeight: 0,
    step: 0,
    hooks: [],
    failedTasks: 0,
    failedTasksTotal: 0,
    breaker: { status: monitor(deploymentConfiguration.deploymentCircuitBreaker?.enable) },
    alarms: { status: monitor(deploymentConfiguration.alarms?.enable), triggeredAlarmNames: [] },
    launchFailures: 0,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
}

/** The revisions that are active now, oldest first: those with tasks, and the one the last deployment leads to. */
function sources(reader: Reader, service: Service): string[] {
  const active: string[] = [];
  for (const deployment of reader.by(serviceDeployments, 'service', service.arn)) {
    const aim = goalOf(deployment);
    const isCurrent = deployment.arn === service.currentDeploymentArn;
    const counts = (isCurrent && isDeploymentFinished(deployment)) || reader.count(tasks, 'revision', aim) > 0;
    if (counts && !active.includes(aim)) active.push(aim);
    const target = deployment.targetRevisionArn;
    if (target !== aim && reader.count(tasks, 'revision', target) > 0 && !active.includes(target)) active.push(target);
  }
  return active;
}
