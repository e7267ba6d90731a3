// A host: a machine whose agent registered. EC2 and EXTERNAL hosts are container instances of one cluster;
// hosts of the Fargate pool take tasks of every account and cluster and are never shown by the API.
import { table } from './table.ts';
import type { Tag } from './tag.ts';
import type { Attribute } from './task-definition.ts';

export type HostPool = 'cluster' | 'fargate';
export type ContainerInstanceStatus = 'REGISTERING' | 'ACTIVE' | 'DRAINING' | 'DEREGISTERING' | 'INACTIVE';

export interface HostResources {
  /** CPU units, 1024 a core */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Ports that are taken from the start (22, 2375…). */
  readonly reservedTcpPorts: readonly number[];
  readonly reservedUdpPorts: readonly number[];
  readonly gpus: readonly string[];
}

export interface ContainerInstance {
  /** `arn:aws:ecs:<region>:<account>:container-instance/<cluster>/<32 hex>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly pool: HostPool;
  /** ARN of the principal whose key registered it: only that one may report for its tasks. */
  readonly registeredBy: string;
  readonly status: ContainerInstanceStatus;
  readonly statusReason?: string;
  readonly launchType: 'EC2' | 'EXTERNAL' | 'FARGATE';
  readonly ec2InstanceId?: string;
  /** The provider whose Auto Scaling group its instance is in, if the cluster has it when the host registers. */
  readonly capacityProviderName?: string;
  readonly availabilityZone: string;
  readonly resources: HostResources;
  readonly attributes: readonly Attribute[];
  readonly agentConnected: boolean;
  readonly agentConnectedAt?: number;
  /** Since when it has been away; absent while it is connected. */
  readonly agentDisconnectedAt?: number;
  /** Since when it counts as lost: its agent was away for too long. Written by the reconciler host-loss, cleared when the agent connects. */
  readonly lostAt?: number;
  readonly versionInfo: { readonly agentVersion?: string; readonly agentHash?: string; readonly dockerVersion?: string };
  /** ContainerRuntime health from TCS. */
  readonly health?: { readonly status: 'OK' | 'IMPAIRED' | 'INSUFFICIENT_DATA' | 'INITIALIZING'; readonly at: number };
  readonly registeredAt: number;
  readonly version: number;
  readonly tags: readonly Tag[];
}

export const containerInstances = table<ContainerInstance>('container_instances', (h) => h.arn, {
  /** `<clusterArn>|<status>`; pool hosts are not in it. */
  cluster: (h) => (h.pool === 'cluster' ? `${h.clusterArn}|${h.status}` : undefined),
  /** By EC2 instance, unless INACTIVE. */
  instance: (h) => (h.status === 'INACTIVE' ? undefined : h.ec2InstanceId),
  /** `<clusterArn>|<provider>` of hosts that are not INACTIVE. */
  provider: (h) => (h.status === 'INACTIVE' || h.capacityProviderName === undefined ? undefined : `${h.clusterArn}|${h.capacityProviderName}`),
  /** ACTIVE hosts of the Fargate pool, by zone. */
  pool: (h) => (h.pool === 'fargate' && h.status === 'ACTIVE' ? 'fargate' : undefined),
});
