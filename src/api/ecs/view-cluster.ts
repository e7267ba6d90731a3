// A cluster as the API shows it.
import { type Cluster as ClusterRow } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { services } from '#model/service.ts';
import { type LaunchType, tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { Cluster, Shape } from './shapes.ts';

export type ClusterInclude = 'ATTACHMENTS' | 'CONFIGURATIONS' | 'SETTINGS' | 'STATISTICS' | 'TAGS';

const PENDING_STATUSES = ['PROVISIONING', 'PENDING', 'ACTIVATING'] as const;
const ALL_INCLUDED: ReadonlySet<string> = new Set<ClusterInclude>(['CONFIGURATIONS', 'SETTINGS', 'TAGS']);

/** @param include the parts that only come when asked for; by default what the operations that write a cluster answer */
export function viewCluster(reader: Reader, cluster: ClusterRow, include: ReadonlySet<string> = ALL_INCLUDED): Shape<Cluster> {
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: countInstances(reader, cluster.arn),
    runningTasksCount: reader.count(tasks, 'clusterStatus', `${cluster.arn}|RUNNING`),
    pendingTasksCount: countPending(reader, cluster.arn),
    activeServicesCount: reader.count(services, 'cluster', `${cluster.arn}|ACTIVE`),
    statistics: include.has('STATISTICS') ? viewStatistics(reader, cluster.arn) : [],
    tags: include.has('TAGS') ? cluster.tags : [],
    settings: include.has('SETTINGS') ? (cluster.settings as NonNullable<Shape<Cluster>['settings']>) : [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    ...(include.has('CONFIGURATIONS') && cluster.configuration !== undefined
      ? { configuration: cluster.configuration as NonNullable<Cluster['configuration']> }
      : {}),
    ...(include.has('ATTACHMENTS') ? { attachments: [] } : {}),
    ...(cluster.serviceConnectDefaults ? { serviceConnectDefaults: cluster.serviceConnectDefaults } : {}),
  };
}

function countInstances(reader: Reader, clusterArn: string): number {
  const count = (status: string): number => reader.count(containerInstances, 'cluster', `${clusterArn}|${status}`);
  return count('ACTIVE') + count('DRAINING');
}

function countPending(reader: Reader, clusterArn: string): number {
  return PENDING_STATUSES.reduce((sum, status) => sum + reader.count(tasks, 'clusterStatus', `${clusterArn}|${status}`), 0);
}

/** Launch types as the names of statistics have them. */
const KINDS: Readonly<Record<string, readonly LaunchType[]>> = { EC2: ['EC2', 'MANAGED_INSTANCES'], Fargate: ['FARGATE'], External: ['EXTERNAL'] };

function viewStatistics(reader: Reader, clusterArn: string): { name: string; value: string }[] {
  const kinds = Object.entries(KINDS);
  const tasksIn = (launchTypes: readonly LaunchType[], statuses: readonly string[]): string => {
    let sum = 0;
    for (const type of launchTypes) for (const status of statuses) sum += reader.count(tasks, 'clusterLaunch', `${clusterArn}|${type}|${status}`);
    return String(sum);
  };
  return [
    ...kinds.map(([kind, types]) => ({ name: `running${kind}TasksCount`, value: tasksIn(types, ['RUNNING']) })),
    ...kinds.map(([kind, types]) => ({ name: `pending${kind}TasksCount`, value: tasksIn(types, PENDING_STATUSES) })),
    ...servicesByKind(reader, clusterArn, 'ACTIVE', 'active'),
    ...servicesByKind(reader, clusterArn, 'DRAINING', 'draining'),
  ];
}

function servicesByKind(reader: Reader, clusterArn: string, status: string, word: string): { name: string; value: string }[] {
  const counts: Record<string, number> = { EC2: 0, Fargate: 0, External: 0 };
  for (const service of reader.by(services, 'cluster', `${clusterArn}|${status}`)) {
    const kind = Object.keys(KINDS).find((name) => KINDS[name]?.includes(service.spec.launchType ?? 'FARGATE')) ?? 'EC2';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return Object.entries(counts).map(([kind, count]) => ({ name: `${word}${kind}ServiceCount`, value: String(count) }));
}
