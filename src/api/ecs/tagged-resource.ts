// The resources that carry tags, found by ARN: one way to read and write the tags of them all.
import { capacityProviders } from '#model/capacity-provider.ts';
import { clusters } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { parseArn } from '#model/arn.ts';
import type { Table } from '#model/table.ts';
import type { Tag } from '#model/tag.ts';
import { services, taskSets } from '#model/service.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { clusterNotFound, invalidParameter, resourceNotFound } from './errors.ts';

interface Tagged {
  readonly arn: string;
  readonly tags: readonly Tag[];
}

export interface TaggedResource {
  readonly table: Table<any>;
  readonly row: Tagged;
}

const TABLES: Readonly<Record<string, Table<any>>> = {
  'capacity-provider': capacityProviders,
  cluster: clusters,
  'container-instance': containerInstances,
  service: services,
  task: tasks,
  'task-definition': taskDefinitions,
  'task-set': taskSets,
};

/**
 * Throws InvalidParameterException for what is no ARN of a taggable ECS resource, ClusterNotFoundException for a cluster
 * and ResourceNotFoundException for anything else that is not there.
 */
export function findTagged(reader: Reader, ctx: EcsContext, arn: string | undefined): TaggedResource {
  const parsed = parseArn(arn ?? '');
  const type = parsed?.resource.split('/')[0] ?? '';
  const table = Object.hasOwn(TABLES, type) ? TABLES[type] : undefined;
  if (!parsed || parsed.service !== 'ecs' || !table) {
    throw invalidParameter('The specified resource ARN is not valid. Specify the ARN of an Amazon ECS resource and try again.');
  }
  const row = reader.get(table, arn ?? '') as (Tagged & { readonly status?: string; readonly pool?: string }) | undefined;
  // A row's ARN says whose it is; not every row says it again.
  const visible = row && parsed.account === ctx.account && parsed.region === ctx.region && row.pool !== 'fargate';
  if (!visible) throw type === 'cluster' ? clusterNotFound() : resourceNotFound('The specified resource could not be found.');
  if ((type === 'cluster' || type === 'service') && row.status === 'INACTIVE') {
    throw invalidParameter(`The specified ${type} is inactive. Specify an active ${type} and try again.`);
  }
  return { table, row };
}
