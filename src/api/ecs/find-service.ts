// Which service of a cluster a request means, and what of it is in force.
import { goalOf } from '#core/deployment/finish.ts';
import type { Cluster } from '#model/cluster.ts';
import { type Service, type ServiceDeployment, serviceDeployments, type ServiceRevision, serviceRevisions, services, type ServiceSpec } from '#model/service.ts';
import type { Reader } from '#store/store.ts';
import { serviceArn, type Scope } from './arns.ts';
import { serviceNotActive, serviceNotFound } from './errors.ts';
import { required } from './required.ts';
import { serviceNameOf } from './service-name.ts';

/** The service by name or ARN, whatever its status. Throws InvalidParameterException, ServiceNotFoundException. */
export function useService(reader: Reader, scope: Scope, cluster: Cluster, ref: string | undefined): Service {
  const name = serviceNameOf(scope, cluster, required('Service', ref));
  const found = reader.get(services, serviceArn(scope, cluster.name, name));
  if (!found) throw serviceNotFound();
  return found;
}

/** As useService, ACTIVE. Throws ServiceNotActiveException too. */
export function useActiveService(reader: Reader, scope: Scope, cluster: Cluster, ref: string | undefined): Service {
  const found = useService(reader, scope, cluster, ref);
  if (found.status !== 'ACTIVE') throw serviceNotActive();
  return found;
}

/** The deployment in progress, or the last finished one; undefined with controllers other than ECS. */
export function currentDeployment(reader: Reader, service: Service): ServiceDeployment | undefined {
  return service.currentDeploymentArn === undefined ? undefined : reader.get(serviceDeployments, service.currentDeploymentArn);
}

/** The revision that the service is to run; undefined with controllers other than ECS. */
export function revisionInForce(reader: Reader, service: Service): ServiceRevision | undefined {
  const deployment = currentDeployment(reader, service);
  return deployment && reader.get(serviceRevisions, goalOf(deployment));
}

/** What the service shows and an update starts from: after a rollback that is the spec it went back to. */
export function specInForce(reader: Reader, service: Service): ServiceSpec {
  return revisionInForce(reader, service)?.spec ?? service.spec;
}
