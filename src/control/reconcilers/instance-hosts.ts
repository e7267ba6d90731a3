// Container instances follow their EC2 instances: drained before they end, deregistered when they have; spot capacity is taken back in time.
import { completeWait } from '#core/scaling/hooks.ts';
import { planInstanceHost, type InstanceHostAction, type InstanceHostSnapshot } from '#core/instance/plan-host.ts';
import { requestTermination, SPOT_TERMINATION } from '#core/instance/end.ts';
import { groupInstances } from '#model/auto-scaling-group.ts';
import { MANAGED_DRAINING_HOOK } from '#model/capacity-provider.ts';
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { instances } from '#model/instance.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Change, Reader, Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';
import { hostOfInstance, runsTasks } from './instance-tasks.ts';

/** Keys: instance ids. */
export function instanceHosts() {
  return reconciler<InstanceHostSnapshot, InstanceHostAction>({
    name: 'instance-hosts',
    *keysAtStart(reader) {
      for (const instance of reader.all(instances)) yield instance.id;
      for (const host of reader.all(containerInstances)) if (host.ec2InstanceId !== undefined && host.status !== 'INACTIVE') yield host.ec2InstanceId;
    },
    keysOf,
    load,
    plan: planInstanceHost,
    apply,
  });
}

function* keysOf({ table, key, before, after }: Change, reader: Reader): Iterable<string> {
  switch (table.name) {
    case instances.name:
    case groupInstances.name:
      yield key;
      break;
    case containerInstances.name: {
      const host = (after ?? before) as ContainerInstance;
      if (host.ec2InstanceId !== undefined && (before as ContainerInstance | undefined)?.status !== host.status) yield host.ec2InstanceId;
      break;
    }
    case tasks.name: {
      const task = (after ?? before) as Task;
      const host = task.hostArn !== undefined && (after === undefined || task.lastStatus === 'STOPPED') ? reader.get(containerInstances, task.hostArn) : undefined;
      if (host?.ec2InstanceId !== undefined && host.status === 'DRAINING') yield host.ec2InstanceId;
      break;
    }
    default:
  }
}

function load(reader: Reader, id: string): InstanceHostSnapshot | undefined {
  const instance = reader.get(instances, id);
  const host = hostOfInstance(reader, id);
  const member = reader.get(groupInstances, id);
  // A host that says it is an instance of somewhere else is nothing of ours.
  if (instance === undefined) return undefined;
  return {
    instance,
    host,
    busy: host !== undefined && runsTasks(reader, host.arn),
    drainHeld: member?.lifecycleState === 'Terminating:Wait' && member.waits.some((wait) => wait.hookName === MANAGED_DRAINING_HOOK),
  };
}

function apply(tx: Transaction, action: InstanceHostAction, now: number): void {
  switch (action.kind) {
    case 'drain':
    case 'deregister': {
      const host = tx.get(containerInstances, action.hostArn);
      if (host === undefined) return;
      const change = action.kind === 'drain' ? ({ status: 'DRAINING', statusReason: action.reason } as const) : ({ status: 'INACTIVE', agentConnected: false } as const);
      return tx.put(containerInstances, { ...host, ...change, version: host.version + 1 });
    }
    case 'letGo': {
      const member = tx.get(groupInstances, action.instanceId);
      if (member !== undefined) tx.put(groupInstances, completeWait(member, MANAGED_DRAINING_HOOK, 'CONTINUE'));
      return;
    }
    case 'takeBack': {
      const instance = tx.get(instances, action.instanceId);
      if (instance !== undefined) tx.put(instances, requestTermination(instance, now, SPOT_TERMINATION));
      return;
    }
  }
}
