// ListContainerInstances: the cluster's instances in one status, by default all that are registered.
import { capacityOf } from '#core/placement/host-capacity.ts';
import { parseMemberOf } from '#core/placement/member-of.ts';
import { type ContainerInstance, containerInstances, type ContainerInstanceStatus } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import { page } from '#store/page.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { nextToken, pageRequest } from './paginate.ts';
import type { ListContainerInstancesRequest, ListContainerInstancesResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

const STATUSES = ['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING', 'REGISTRATION_FAILED'] as const;
/** Without a status ECS lists all but INACTIVE ones. */
const DEFAULT_STATUSES: readonly ContainerInstanceStatus[] = ['ACTIVE', 'DRAINING'];

export function listContainerInstances(
  input: Shape<ListContainerInstancesRequest>,
  ctx: EcsContext,
): Shape<ListContainerInstancesResponse> {
  const status = optionalOneOf('status', input.status, STATUSES);
  const matches = instanceFilter(ctx, input.filter);
  const cluster = readCluster(ctx, input.cluster);
  const list = JSON.stringify(['instances', cluster.arn, status ?? null, input.filter ?? null]);
  const { limit, after = '0|0' } = pageRequest(list, input);
  const [firstStatus = 0, position = 0] = after.split('|').map(Number);
  const statuses: readonly string[] = status ? [status] : DEFAULT_STATUSES;
  const found: string[] = [];
  for (let i = firstStatus; i < statuses.length; i++) {
    const begin = i === firstStatus ? position : 0;
    if (found.length === limit) return { containerInstanceArns: found, ...nextToken(list, `${i}|0`) };
    const value = `${cluster.arn}|${statuses[i]}`;
    const part = page(ctx.store, containerInstances, 'cluster', value, { limit: limit - found.length, after: begin, where: matches });
    found.push(...part.rows.map((host) => host.arn));
    if (part.next !== undefined) return { containerInstanceArns: found, ...nextToken(list, `${i}|${part.next}`) };
  }
  return { containerInstanceArns: found };
}

/** An expression of the cluster query language. Throws InvalidParameterException. */
function instanceFilter(ctx: EcsContext, expression: string | undefined): (host: ContainerInstance) => boolean {
  if (!expression) return () => true;
  const parsed = parseMemberOf(expression);
  if (!parsed.ok) throw invalidParameter(parsed.reason);
  return (host) => parsed.matches(capacityOf(host, ctx.store.by(tasks, 'host', host.arn)));
}
