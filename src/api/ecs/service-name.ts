// The name of a service from how a request gives it: the name, or the service's ARN.
import type { Cluster } from '#model/cluster.ts';
import type { Scope } from './arns.ts';
import { idInCluster } from './identifier.ts';

/** Throws InvalidParameterException for an ARN of another cluster, account or region. */
export function serviceNameOf(scope: Scope, cluster: Cluster, ref: string): string {
  return idInCluster(scope, 'service', cluster.name, ref);
}
