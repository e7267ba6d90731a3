// ListServiceDeployments: a service's deployments in brief, newest first, 20 a page unless asked otherwise.
import { type ServiceDeployment, serviceDeployments, type ServiceDeploymentStatus } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { readCluster } from './find-cluster.ts';
import { useService } from './find-service.ts';
import { nextToken, positionRequest } from './paginate.ts';
import type { ListServiceDeploymentsRequest, ListServiceDeploymentsResponse, Shape } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewServiceDeploymentBrief } from './view-service-deployment.ts';

const DEFAULT_PAGE = 20;
const STATUSES = [
  'PENDING', 'SUCCESSFUL', 'STOPPED', 'STOP_REQUESTED', 'IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED',
] as const satisfies readonly ServiceDeploymentStatus[];

export function listServiceDeployments(input: Shape<ListServiceDeploymentsRequest>, ctx: EcsContext): Shape<ListServiceDeploymentsResponse> {
  const statuses = (input.status ?? []).map((status) => oneOf('status', status, STATUSES));
  const cluster = readCluster(ctx, input.cluster);
  const service = useService(ctx.store, ctx, cluster, input.service);
  const [before, after] = [input.createdAt?.before?.getTime() ?? Infinity, input.createdAt?.after?.getTime() ?? -Infinity];
  const list = JSON.stringify(['service-deployments', service.arn, statuses, String(before), String(after)]);
  const request = positionRequest(list, { ...input, maxResults: input.maxResults ?? DEFAULT_PAGE });
  const position = (row: ServiceDeployment): number => ctx.store.position(serviceDeployments, row.arn) ?? 0;
  const older = [...ctx.store.by(serviceDeployments, 'service', service.arn)]
    .reverse()
    .filter((row) => request.after === 0 || position(row) < request.after)
    .filter((row) => (statuses.length === 0 || (statuses as string[]).includes(row.status)) && row.createdAt < before && row.createdAt > after);
  const rows = older.slice(0, request.limit);
  const last = older.length > rows.length ? rows.at(-1) : undefined;
  return { serviceDeployments: rows.map(viewServiceDeploymentBrief), ...nextToken(list, last && position(last)) };
}
