// A cluster as the API shows it.
import { type Cluster as ClusterRow } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { services } from '#model/service.ts';
import { tasks } from '#model/task.ts';
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

function viewStatistics(reader: Reader, clusterArn: string): { name: string; value: string }[] {
  const counts = { EC2: { running: 0, pending: 0 }, Fargate: { running: 0, pending: 0 }, External: { running: 0, pending: 0 } };
  const kind = { EC2: 'EC2', MANAGED_INSTANCES: 'EC2', FARGATE: 'Fargate', EXTERNAL: 'External' } as const;
  for (const task of reader.by(tasks, 'clusterStatus', `${clusterArn}|RUNNING`)) counts[kind[task.launchType]].running += 1;
  for (const status of PENDING_STATUSES) {
    for (const task of reader.by(tasks, 'clusterStatus', `${clusterArn}|${status}`)) counts[kind[task.launchType]].pending += 1;
  }
  const rows: { name: string; value: string }[] = [];
  for (const [name, count] of Object.entries(counts)) rows.push({ name: `running${name}TasksCount`, value: String(count.running) });
  for (const [name, count] of Object.entries(counts)) rows.push({ name: `pending${name}TasksCount`, value: String(count.pending) });
  for (const what of ['active', 'draining']) {
    for (const name of Object.keys(counts)) rows.push({ name: `${what}${name}ServiceCount`, value: '0' });
  }
  return rows;
}
