// Tags of whatever an ARN names, for aws:ResourceTag conditions.
import { clusters } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { identities, managedPolicies } from '#model/identity.ts';
import { kmsKeys } from '#model/kms-key.ts';
import { logGroups } from '#model/log-group.ts';
import { repositories } from '#model/repository.ts';
import { secrets } from '#model/secret.ts';
import { services } from '#model/service.ts';
import type { Table } from '#model/table.ts';
import type { Tag } from '#model/tag.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';

/** Tables whose key is the ARN, by service and the first word of the resource. */
const BY_ARN: Readonly<Record<string, Table<any>>> = {
  'ecs cluster': clusters,
  'ecs container-instance': containerInstances,
  'ecs service': services,
  'ecs task': tasks,
  'ecs task-definition': taskDefinitions,
  'ecr repository': repositories,
  'iam policy': managedPolicies,
  'kms key': kmsKeys,
};

/** The value of a tag, by its lower-case key; undefined when there is no such tag or nothing is known of the resource. */
export function resourceTag(reader: Reader, arn: string, key: string): string | undefined {
  return tagsOf(reader, arn)?.find((tag) => tag.key.toLowerCase() === key)?.value;
}

function tagsOf(reader: Reader, arn: string): readonly Tag[] | undefined {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const table = BY_ARN[`${service} ${resource.split('/', 1)[0]}`];
  if (table !== undefined) return reader.get(table, arn)?.tags;
  if (service === 'secretsmanager') return reader.get(secrets, arn)?.tags;
  if (service === 'iam') for (const identity of reader.by(identities, 'arn', arn)) return identity.tags;
  if (service === 'logs') {
    const group = reader.get(logGroups, arn.replace(/:(log-stream:.*|\*)$/, ''));
    return group === undefined ? undefined : Object.entries(group.tags).map(([name, value]) => ({ key: name, value }));
  }
  return undefined;
}
