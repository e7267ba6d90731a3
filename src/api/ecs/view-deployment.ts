// The deployments of a service as DescribeServices shows them: one for each revision that is wanted or still has tasks.
import { type Service, type ServiceDeployment, serviceDeployments, serviceRevisions } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import { aimOf, currentDeployment } from './find-service.ts';
import type { Deployment, Shape } from './shapes.ts';
import { countTasks, member, viewCapacity, viewNetwork, viewPlatform, viewServiceConnect } from './view-service-parts.ts';

/** PRIMARY first, then what is left of earlier ones (ACTIVE), newest first. Empty with controllers other than ECS, and once INACTIVE. */
export function viewDeployments(reader: Reader, service: Service): Shape<Deployment>[] {
  const current = currentDeployment(reader, service);
  if (!current || service.status === 'INACTIVE') return [];
  const rows = [...reader.by(serviceDeployments, 'service', service.arn)].reverse();
  const aim = aimOf(current);
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
    ...rollout(row, leading),
    ...viewServiceConnect(spec),
    ...member('volumeConfigurations', spec.volumeConfigurations as Shape<Deployment>['volumeConfigurations']),
    ...member('vpcLatticeConfigurations', spec.vpcLatticeConfigurations as Shape<Deployment>['vpcLatticeConfigurations']),
  };
}

function rollout(row: ServiceDeployment, leading: ServiceDeployment): Pick<Shape<Deployment>, 'rolloutState' | 'rolloutStateReason'> {
  if (leading !== row) {
    return leading.status === 'ROLLBACK_SUCCESSFUL'
      ? { rolloutState: 'COMPLETED', rolloutStateReason: `ECS deployment ${row.id} completed.` }
      : { rolloutState: 'IN_PROGRESS', rolloutStateReason: `${leading.rollback?.reason ?? 'ECS deployment rolling back'}: rolling back to deploymentId ${row.id}.` };
  }
  switch (row.status) {
    case 'SUCCESSFUL':
      return { rolloutState: 'COMPLETED', rolloutStateReason: `ECS deployment ${row.id} completed.` };
    case 'PENDING':
    case 'IN_PROGRESS':
      return { rolloutState: 'IN_PROGRESS', rolloutStateReason: `ECS deployment ${row.id} in progress.` };
    default:
      return { rolloutState: 'FAILED', rolloutStateReason: row.statusReason ?? row.rollback?.reason ?? `ECS deployment ${row.id} failed.` };
  }
}
