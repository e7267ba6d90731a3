// A service as the API shows it.
import { goalOf } from '#core/deployment/finish.ts';
import { type Service as ServiceRow, serviceEvents, serviceDeployments, taskSets } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import { currentDeployment, specInForce } from './find-service.ts';
import type { Service, Shape } from './shapes.ts';
import { viewDeployments } from './view-deployment.ts';
import { countTasks, member, viewCapacity, viewNetwork, viewPlatform } from './view-service-parts.ts';
import { viewTaskSet } from './view-task-set.ts';

const MAX_EVENTS = 100;

/** @param withTags tags are shown when DescribeServices includes them, and by the operations that make and change a service */
export function viewService(reader: Reader, row: ServiceRow, withTags: boolean): Shape<Service> {
  const spec = specInForce(reader, row);
  const { runningCount, pendingCount } = countTasks(reader, 'group', `${row.clusterArn}|service:${row.name}`);
  return {
    serviceArn: row.arn,
    serviceName: row.name,
    clusterArn: row.clusterArn,
    loadBalancers: spec.loadBalancers,
    serviceRegistries: spec.serviceRegistries,
    status: row.status,
    desiredCount: row.desiredCount,
    runningCount,
    pendingCount,
    ...viewCapacity(spec),
    ...viewPlatform(spec, row.platformVersion),
    ...member('taskDefinition', spec.taskDefinitionArn || undefined),
    deploymentConfiguration: row.deploymentConfiguration as NonNullable<Shape<Service>['deploymentConfiguration']>,
    ...viewTaskSets(reader, row),
    deployments: viewDeployments(reader, row),
    ...member('roleArn', row.roleArn),
    events: viewEvents(reader, row.arn),
    createdAt: new Date(row.createdAt),
    ...viewCurrent(reader, row),
    placementConstraints: row.placementConstraints,
    placementStrategy: row.placementStrategy,
    ...viewNetwork(spec),
    ...member('healthCheckGracePeriodSeconds', row.healthCheckGracePeriodSeconds),
    schedulingStrategy: row.schedulingStrategy,
    deploymentController: { type: row.deploymentController },
    tags: withTags ? row.tags : [],
    createdBy: row.createdBy,
    enableECSManagedTags: row.enableECSManagedTags,
    propagateTags: row.propagateTags,
    enableExecuteCommand: row.enableExecuteCommand,
    availabilityZoneRebalancing: row.availabilityZoneRebalancing,
  };
}

function viewTaskSets(reader: Reader, row: ServiceRow): Pick<Shape<Service>, 'taskSets'> {
  if (row.deploymentController === 'ECS') return {};
  return { taskSets: [...reader.by(taskSets, 'service', row.arn)].map((set) => viewTaskSet(reader, row, set, true)) };
}

/** The newest 100, newest first. */
function viewEvents(reader: Reader, serviceArn: string): NonNullable<Shape<Service>['events']> {
  const newest = [...reader.by(serviceEvents, 'service', serviceArn)].reverse().slice(0, MAX_EVENTS);
  return newest.map(({ id, createdAt, message }) => ({ id, createdAt: new Date(createdAt), message }));
}

/** The current deployment, and the revisions that have tasks or are to have some. */
function viewCurrent(reader: Reader, row: ServiceRow): Pick<Shape<Service>, 'currentServiceDeployment' | 'currentServiceRevisions'> {
  const current = currentDeployment(reader, row);
  if (!current) return {};
  const arns = new Set([current.targetRevisionArn, ...current.sourceRevisionArns]);
  for (const { targetRevisionArn } of reader.by(serviceDeployments, 'service', row.arn)) arns.add(targetRevisionArn);
  const revisions = [...arns].map((arn) => {
    const counts = countTasks(reader, 'revision', arn);
    return { arn, requestedTaskCount: counts.wantedCount, runningTaskCount: counts.runningCount, pendingTaskCount: counts.pendingCount };
  });
  const shown = revisions.filter((r) => r.arn === goalOf(current) || r.requestedTaskCount + r.runningTaskCount + r.pendingTaskCount > 0);
  return { currentServiceDeployment: current.arn, currentServiceRevisions: shown };
}
