// The deployments of a service as DescribeServices shows them: one for each revision that is wanted or still has tasks.
import { goalOf } from '#core/deployment/finish.ts';
import { isDeploymentFinished, type Service, type ServiceDeployment, serviceDeployments, serviceRevisions } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import { currentDeployment } from './find-service.ts';
import type { Deployment, Shape } from './shapes.ts';
import { countTasks, member, viewCapacity, viewNetwork, viewPlatform, viewServiceConnect } from './view-service-parts.ts';

/** PRIMARY first, then what is left of earlier ones (ACTIVE), newest first. Empty with controllers other than ECS, and once INACTIVE. */
export function viewDeployments(reader: Reader, service: Service): Shape<Deployment>[] {
  const current = currentDeployment(reader, service);
  if (!current || service.status === 'INACTIVE') return [];
  const rows = [...reader.by(serviceDeployments, 'service', service.arn)].reverse();
  const aim = goalOf(current);
  const primary = rows.find((row) => row.targetRevisionArn === aim) ?? current;
  const seen = new Set([aim]);
  const active: Shape<Deployment>[] = [];
  for (const row of rows) {
    if (seen.has(row.targetRevisionArn)) continue;
    seen.add(row.targetRevisionArn);
    const shown = viewDeployment(reader, service, row, 'ACTIVE');
    if (shown.desiredCount || shown.runningCount || shown.pendingCount) active.push(shown);
  }
  return [viewDeployment(reader, service, primary, 'PRIMARY', current), ...active];
}

/** @param leading the deployment whose progress PRIMARY shows: another than `row` after a rollback to `row`'s revision */
function viewDeployment(reader: Reader, service: Service, row: ServiceDeployment, status: 'PRIMARY' | 'ACTIVE', leading = row): Shape<Deployment> {
  const spec = reader.get(serviceRevisions, row.targetRevisionArn)?.spec ?? service.spec;
  const { runningCount, pendingCount, wantedCount } = countTasks(reader, 'revision', row.targetRevisionArn);
  return {
    id: row.id,
    status,
    taskDefinition: spec.taskDefinitionArn,
    desiredCount: status === 'PRIMARY' ? service.desiredCount : wantedCount,
    pendingCount,
    runningCount,
    failedTasks: row.failedTasksTotal,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(leading.updatedAt),
    ...viewCapacity(spec),
    ...viewPlatform(spec, undefined),
    ...viewNetwork(spec),
    ...rollout(service, row, leading),
    ...viewServiceConnect(spec),
    ...member('volumeConfigurations', spec.volumeConfigurations as Shape<Deployment>['volumeConfigurations']),
    ...member('vpcLatticeConfigurations', spec.vpcLatticeConfigurations as Shape<Deployment>['vpcLatticeConfigurations']),
  };
}

function rollout(service: Service, row: ServiceDeployment, leading: ServiceDeployment): Pick<Shape<Deployment>, 'rolloutState' | 'rolloutStateReason'> {
  const inProgress = { rolloutState: 'IN_PROGRESS', rolloutStateReason: `ECS deployment ${row.id} in progress.` } as const;
  const completed = { rolloutState: 'COMPLETED', rolloutStateReason: `ECS deployment ${row.id} completed.` } as const;
  if (leading !== row && leading.status === 'ROLLBACK_SUCCESSFUL') return completed;
  if (leading !== row && leading.status === 'ROLLBACK_FAILED') return { rolloutState: 'FAILED', rolloutStateReason: failure(leading) };
  if (leading !== row) return { rolloutState: 'IN_PROGRESS', rolloutStateReason: `${monitor(leading)}: rolling back to deploymentId ${row.id}.` };
  if (row.status === 'SUCCESSFUL') return completed;
  // A deployment that a newer one took over did not fail: it was not finished.
  const overtaken = row.status === 'STOPPED' && row.arn !== service.currentDeploymentArn && row.breaker.status !== 'TRIGGERED' && row.alarms.status !== 'TRIGGERED';
  if (!isDeploymentFinished(row) && row.rollback === undefined) return inProgress;
  return overtaken ? inProgress : { rolloutState: 'FAILED', rolloutStateReason: failure(row) };
}

function failure(row: ServiceDeployment): string {
  if (row.breaker.status === 'TRIGGERED') return `${monitor(row)}: tasks failed to start.`;
  return row.statusReason ?? `ECS deployment ${row.id} failed.`;
}

/** What noticed that the deployment fails. */
function monitor(row: ServiceDeployment): string {
  if (row.breaker.status === 'TRIGGERED') return 'ECS deployment circuit breaker';
  return row.alarms.status === 'TRIGGERED' ? 'ECS deployment alarm' : 'ECS deployment';
}
