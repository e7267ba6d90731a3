// Which container instance of a cluster a request means: its id or its ARN. Hosts of the Fargate pool are never found.
import type { Cluster } from '#model/cluster.ts';
import { type ContainerInstance, containerInstances } from '#model/container-instance.ts';
import type { Reader } from '#store/store.ts';
import { containerInstanceArn, type Scope } from './arns.ts';
import { invalidParameter } from './errors.ts';
import { idInCluster } from './identifier.ts';

/** The ARN that an identifier stands for in this cluster. Throws InvalidParameterException for a foreign or empty one. */
export function instanceArnOf(scope: Scope, cluster: Cluster, ref: string): string {
  const id = idInCluster(scope, 'container-instance', cluster.name, ref);
  if (id === '') throw invalidParameter('Container instance can not be blank.');
  return containerInstanceArn(scope, cluster.name, id);
}

/** The registered instance, in whatever status but INACTIVE. */
export function findInstance(reader: Reader, arn: string): ContainerInstance | undefined {
  const found = reader.get(containerInstances, arn);
  return found && found.pool === 'cluster' && found.status !== 'INACTIVE' ? found : undefined;
}

/** As findInstance. Throws InvalidParameterException when there is none. */
export function useInstance(reader: Reader, scope: Scope, cluster: Cluster, ref: string | undefined): ContainerInstance {
  if (!ref) throw invalidParameter('Container instance can not be blank.');
  const found = findInstance(reader, instanceArnOf(scope, cluster, ref));
  if (!found) throw invalidParameter('The referenced container instance was not found.');
  return found;
}
