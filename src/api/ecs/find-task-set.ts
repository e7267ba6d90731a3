// Which task set of a service a request means, and which services have them.
import type { Cluster } from '#model/cluster.ts';
import { type Service, type TaskSet, taskSets } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import { ownedByServiceArn, type Scope } from './arns.ts';
import { invalidParameter, taskSetNotFound } from './errors.ts';
import { useActiveService } from './find-service.ts';
import { resourcePart } from './identifier.ts';
import { required } from './required.ts';

/** The ACTIVE service. Throws InvalidParameterException when its controller is not EXTERNAL, and as useActiveService does. */
export function useExternalService(reader: Reader, scope: Scope, cluster: Cluster, ref: string | undefined): Service {
  const service = useActiveService(reader, scope, cluster, ref);
  if (service.deploymentController !== 'EXTERNAL') {
    throw invalidParameter('Amazon ECS only supports task set management on services configured to use external deployment controllers.');
  }
  return service;
}

/** The ARN a task set's id (`ecs-svc/<digits>`) or ARN stands for. Throws InvalidParameterException for one of another service. */
export function taskSetArnOf(scope: Scope, cluster: Cluster, service: Service, ref: string): string {
  const resource = resourcePart(scope, 'task-set', ref);
  const prefix = `${cluster.name}/${service.name}/`;
  if (ref.startsWith('arn:') && !resource.startsWith(prefix)) throw invalidParameter('Invalid identifier: Identifier is for another service.');
  return ownedByServiceArn(scope, 'task-set', cluster.name, service.name, ref.startsWith('arn:') ? resource.slice(prefix.length) : resource);
}

/** Throws TaskSetNotFoundException. */
export function useTaskSet(reader: Reader, scope: Scope, cluster: Cluster, service: Service, ref: string | undefined): TaskSet {
  const found = reader.get(taskSets, taskSetArnOf(scope, cluster, service, required('Task set', ref)));
  if (!found) throw taskSetNotFound();
  return found;
}
