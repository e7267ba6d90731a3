// A service deployment as DescribeServiceDeployments shows it, and in brief as ListServiceDeployments does.
import { breakerThreshold } from '#core/deployment/circuit-breaker.ts';
import { type ServiceDeployment as DeploymentRow, services } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import type { ServiceDeployment, ServiceDeploymentBrief, ServiceRevisionSummary, Shape } from './shapes.ts';
import { countTasks, dateMember, member } from './view-service-parts.ts';

export function viewServiceDeployment(reader: Reader, row: DeploymentRow): Shape<ServiceDeployment> {
  const { deploymentConfiguration: configuration, rollback } = row;
  return {
    serviceDeploymentArn: row.arn,
    serviceArn: row.serviceArn,
    clusterArn: row.clusterArn,
    createdAt: new Date(row.createdAt),
    ...dateMember('startedAt', row.startedAt),
    ...dateMember('finishedAt', row.finishedAt),
    ...dateMember('stoppedAt', row.stoppedAt),
    updatedAt: new Date(row.updatedAt),
    sourceServiceRevisions: row.sourceRevisionArns.map((arn) => viewSource(reader, row, arn)),
    targetServiceRevision: summary(reader, row.targetRevisionArn, shifts(row) ? { production: row.productionWeight, test: row.testWeight } : undefined),
    status: row.status,
    ...member('statusReason', row.statusReason),
    lifecycleStage: row.stage,
    ...viewHooks(row),
    deploymentConfiguration: configuration as NonNullable<Shape<ServiceDeployment>['deploymentConfiguration']>,
    ...(rollback && { rollback: { reason: rollback.reason, startedAt: new Date(rollback.startedAt), serviceRevisionArn: rollback.serviceRevisionArn } }),
    deploymentCircuitBreaker: viewBreaker(reader, row),
    alarms: {
      status: row.alarms.status,
      ...(configuration.alarms && { alarmNames: configuration.alarms.alarmNames, triggeredAlarmNames: row.alarms.triggeredAlarmNames }),
    },
  };
}

export function viewServiceDeploymentBrief(row: DeploymentRow): Shape<ServiceDeploymentBrief> {
  return {
    serviceDeploymentArn: row.arn,
    serviceArn: row.serviceArn,
    clusterArn: row.clusterArn,
    ...dateMember('startedAt', row.startedAt),
    createdAt: new Date(row.createdAt),
    ...dateMember('finishedAt', row.finishedAt),
    targetServiceRevisionArn: row.targetRevisionArn,
    status: row.status,
    ...member('statusReason', row.statusReason),
  };
}


function viewBreaker(reader: Reader, row: DeploymentRow): NonNullable<Shape<ServiceDeployment>['deploymentCircuitBreaker']> {
  const breaker = row.deploymentConfiguration.deploymentCircuitBreaker;
  const desired = reader.get(services, row.serviceArn)?.desiredCount ?? 0;
  return { status: row.breaker.status, failureCount: row.failedTasks, ...(breaker?.enable && { threshold: breakerThreshold(breaker, desired) }) };
}

/** Only strategies that shift traffic have weights to show. */
function shifts(row: DeploymentRow): boolean {
  return row.deploymentConfiguration.strategy !== 'ROLLING';
}

/** What the target does not get goes to the newest source. */
function viewSource(reader: Reader, row: DeploymentRow, arn: string): Shape<ServiceRevisionSummary> {
  const newest = arn === row.sourceRevisionArns.at(-1);
  const rest = newest ? { production: 100 - row.productionWeight, test: 0 } : { production: 0, test: 0 };
  return summary(reader, arn, shifts(row) ? rest : undefined);
}

function summary(reader: Reader, arn: string, weights: { production: number; test: number } | undefined): Shape<ServiceRevisionSummary> {
  const { wantedCount, runningCount, pendingCount } = countTasks(reader, 'revision', arn);
  return {
    arn,
    requestedTaskCount: wantedCount,
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
    ...(weights && { requestedTestTrafficWeight: weights.test, requestedProductionTrafficWeight: weights.production }),
  };
}

function viewHooks(row: DeploymentRow): Pick<Shape<ServiceDeployment>, 'lifecycleHookDetails'> {
  if (row.hooks.length === 0) return {};
  return {
    lifecycleHookDetails: row.hooks.map((run) => ({
      hookId: run.hookId,
      targetType: run.targetType,
      ...member('targetArn', run.targetArn),
      status: run.status,
      expiresAt: new Date(run.expiresAt),
      timeoutAction: run.timeoutAction,
    })),
  };
}
