// Managed scaling of capacity providers: what core/capacity-provider plans, written to the group.
import { planScaling, type ProviderAction, type ProviderMember, type ProviderSnapshot, type ScalingTimes } from '#core/capacity-provider/plan-scaling.ts';
import { instanceType } from '#core/instance/instance-types.ts';
import { counts } from '#core/scaling/snapshot.ts';
import { autoScalingGroups, groupInstances, type AutoScalingGroup, type GroupInstance } from '#model/auto-scaling-group.ts';
import { capacityProviders, providerScalings, type CapacityProvider, type ProviderScaling } from '#model/capacity-provider.ts';
import { clusters } from '#model/cluster.ts';
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { FARGATE_PROVIDERS } from '#model/fargate-providers.ts';
import { instances } from '#model/instance.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Change, Reader, Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';
import { templateOf } from './group-members.ts';
import { hostOfInstance, runsTasks } from './instance-tasks.ts';
import { providerOf } from './provider-hosts.ts';

/** Keys: provider ARNs. */
export function managedScaling(times: ScalingTimes) {
  return reconciler<ProviderSnapshot, ProviderAction>({
    name: 'managed-scaling',
    *keysAtStart(reader) {
      for (const provider of reader.all(capacityProviders)) if (provider.status === 'ACTIVE') yield provider.arn;
    },
    keysOf,
    load: (reader, key) => load(reader, key, times),
    plan: planScaling,
    apply,
  });
}

function* keysOf({ table, key, before, after }: Change, reader: Reader): Iterable<string> {
  switch (table.name) {
    case capacityProviders.name:
      yield key;
      break;
    case providerScalings.name:
      if (after !== undefined) yield (after as ProviderScaling).providerArn;
      break;
    case tasks.name:
      yield* ofTask(reader, before as Task | undefined, after as Task | undefined);
      break;
    case containerInstances.name: {
      const host = (after ?? before) as ContainerInstance;
      const provider = host.capacityProviderName === undefined ? undefined : providerOf(reader, host.clusterArn, host.capacityProviderName);
      if (provider !== undefined && (before as ContainerInstance | undefined)?.status !== host.status) yield provider.arn;
      break;
    }
    case autoScalingGroups.name:
    case groupInstances.name: {
      const groupArn = table.name === autoScalingGroups.name ? key : ((after ?? before) as GroupInstance).groupArn;
      for (const provider of reader.by(capacityProviders, 'group', groupArn)) yield provider.arn;
      break;
    }
    default:
  }
}

/** It waits, waits no more, was placed or has ended: reports in between change nothing here. */
function* ofTask(reader: Reader, before: Task | undefined, after: Task | undefined): Iterable<string> {
  const same = before?.hostArn === after?.hostArn && before?.desiredStatus === after?.desiredStatus && (before?.lastStatus === 'STOPPED') === (after?.lastStatus === 'STOPPED');
  if (same && before !== undefined && after !== undefined) return;
  const task = after ?? before;
  if (task === undefined) return;
  const host = task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn);
  const name = host?.capacityProviderName ?? task.capacityProviderName;
  if (name === undefined || FARGATE_PROVIDERS.includes(name)) return;
  const provider = providerOf(reader, task.clusterArn, name);
  if (provider !== undefined) yield provider.arn;
}

function load(reader: Reader, arn: string, times: ScalingTimes): ProviderSnapshot | undefined {
  const provider = reader.get(capacityProviders, arn);
  const group = provider?.status === 'ACTIVE' ? reader.get(autoScalingGroups, provider.autoScalingGroupArn) : undefined;
  if (provider === undefined || group === undefined || group.status !== undefined) return undefined;
  const users = [...reader.by(clusters, 'scope', `${provider.account}/${provider.region}`)].filter((cluster) => cluster.capacityProviders.includes(provider.name));
  // A provider that no cluster has yet leaves its group alone.
  if (users.length === 0) return undefined;
  return {
    provider,
    scaling: reader.get(providerScalings, arn),
    group,
    members: [...reader.by(groupInstances, 'group', group.arn)].filter(counts).map((row) => viewMember(reader, row)),
    waiting: users.flatMap((cluster) => [...reader.by(tasks, 'waiting', `${cluster.arn}|${provider.name}`)].map((task) => task.reserved)),
    instanceSize: sizeOf(reader, provider, group),
    times,
  };
}

function viewMember(reader: Reader, row: GroupInstance): ProviderMember {
  const host = hostOfInstance(reader, row.instanceId);
  return {
    instanceId: row.instanceId,
    inService: row.lifecycleState === 'InService',
    protectedFromScaleIn: row.protectedFromScaleIn,
    registered: host !== undefined,
    used: host !== undefined && runsTasks(reader, host.arn),
  };
}

/** What a host of the provider has offered, else what the instance type says. */
function sizeOf(reader: Reader, provider: CapacityProvider, group: AutoScalingGroup): ProviderSnapshot['instanceSize'] {
  const name = group.instanceTypes[0] ?? templateOf(reader, group)?.launch.instanceType ?? 'm5.large';
  for (const row of reader.by(groupInstances, 'group', group.arn)) {
    const host = reader.get(instances, row.instanceId)?.instanceType === name ? hostOfInstance(reader, row.instanceId) : undefined;
    if (host !== undefined && host.capacityProviderName === provider.name) return { cpu: host.resources.cpu, memoryMiB: host.resources.memoryMiB, gpus: host.resources.gpus.length };
  }
  const type = instanceType(name);
  return { cpu: (type?.vcpus ?? 0) * 1024, memoryMiB: type?.memoryMiB ?? 0, gpus: type?.gpus ?? 0 };
}

function apply(tx: Transaction, action: ProviderAction): void {
  switch (action.kind) {
    case 'setDesired': {
      const group = tx.get(autoScalingGroups, action.groupArn);
      if (group !== undefined) tx.put(autoScalingGroups, { ...group, desiredCapacity: action.desiredCapacity });
      return;
    }
    case 'putScaling':
      return tx.put(providerScalings, action.scaling);
    case 'protect': {
      const member = tx.get(groupInstances, action.instanceId);
      if (member !== undefined) tx.put(groupInstances, { ...member, protectedFromScaleIn: action.protectedFromScaleIn });
      return;
    }
  }
}
