// ListServices: the ACTIVE services of a cluster that pass every filter given, oldest first. Ten a page unless asked otherwise.
import { type Service, services } from '#model/service.ts';
import { page } from '#store/page.ts';
import type { EcsContext } from './context.ts';
import { readCluster } from './find-cluster.ts';
import { nextToken, positionRequest } from './paginate.ts';
import type { ListServicesRequest, ListServicesResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

const DEFAULT_PAGE = 10;

export function listServices(input: Shape<ListServicesRequest>, ctx: EcsContext): Shape<ListServicesResponse> {
  const launchType = optionalOneOf('launchType', input.launchType, ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  const scheduling = optionalOneOf('schedulingStrategy', input.schedulingStrategy, ['REPLICA', 'DAEMON']);
  const management = optionalOneOf('resourceManagementType', input.resourceManagementType, ['CUSTOMER', 'ECS']);
  const cluster = readCluster(ctx, input.cluster);
  const list = JSON.stringify(['services', cluster.arn, launchType ?? null, scheduling ?? null, management ?? null]);
  const { limit, after } = positionRequest(list, { ...input, maxResults: input.maxResults ?? DEFAULT_PAGE });
  // Services that ECS manages itself are those of Express Mode, which Longshore does not have yet.
  if (management === 'ECS') return { serviceArns: [] };
  const where = (service: Service): boolean =>
    (launchType === undefined || service.spec.launchType === launchType) && (scheduling === undefined || service.schedulingStrategy === scheduling);
  const found = page(ctx.store, services, 'cluster', `${cluster.arn}|ACTIVE`, { limit, after, where });
  return { serviceArns: found.rows.map((service) => service.arn), ...nextToken(list, found.next) };
}
