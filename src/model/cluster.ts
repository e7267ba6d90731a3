// A cluster: the name space of tasks, services and container instances.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export type ClusterStatus = 'ACTIVE' | 'INACTIVE';

export interface CapacityProviderStrategyItem {
  readonly capacityProvider: string;
  readonly weight?: number;
  readonly base?: number;
}

export interface ClusterSetting {
  readonly name: string;
  readonly value: string;
}

export interface Cluster {
  /** `arn:aws:ecs:<region>:<account>:cluster/<name>` */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly status: ClusterStatus;
  readonly createdAt: number;
  readonly settings: readonly ClusterSetting[];
  /** As given (ECS's ClusterConfiguration); executeCommandConfiguration, managedStorageConfiguration. */
  readonly configuration?: unknown;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  /** `{ namespace }` ARN of the Cloud Map namespace. */
  readonly serviceConnectDefaults?: { readonly namespace: string };
  readonly tags: readonly Tag[];
}

export const clusters = table<Cluster>('clusters', (c) => c.arn, {
  /** `<account>/<region>` */
  scope: (c) => `${c.account}/${c.region}`,
});
