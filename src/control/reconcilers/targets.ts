// Keeps the targets of services' tasks: registered while they run, drained before they stop, gone when they died.
import type { Random } from '#base/random.ts';
import { attributeValue } from '#core/placement/host-capacity.ts';
import { planTargets } from '#core/service/targets.ts';
import type { GroupView, TargetsAction, TargetsSnapshot } from '#core/service/targets.ts';
import { endDraining } from '#core/task/stop.ts';
import { lastSegment } from '#model/arn.ts';
import { containerInstances } from '#model/container-instance.ts';
import { targetGroups, targets } from '#model/load-balancer.ts';
import type { Target } from '#model/load-balancer.ts';
import { networkInterfaces } from '#model/network.ts';
import { services } from '#model/service.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';
import { serviceArnOf } from './service.ts';
import { putEvent } from './service-launch.ts';

const DEFAULT_DELAY_SECONDS = 300;
/** Where a host can be reached from the balancer; a host without it is this machine. */
const ADDRESS_ATTRIBUTE = 'longshore.address';
const THIS_MACHINE = '127.0.0.1';

/** Keys: task ARNs. */
export function serviceTargets(random: Random) {
  let current = '';
  return reconciler<TargetsSnapshot, TargetsAction>({
    name: 'targets',
    *keysAtStart(reader) {
      for (const task of reader.all(tasks)) if (task.loadBalancers !== undefined && task.lastStatus !== 'STOPPED') yield task.arn;
      for (const target of reader.all(targets)) if (target.taskArn !== undefined) yield target.taskArn;
    },
    *keysOf({ table, key, before, after }) {
      if (table.name === tasks.name) {
        if (((after ?? before) as Task).loadBalancers !== undefined) yield key;
      } else if (table.name === targets.name) {
        const { taskArn } = (after ?? before) as Target;
        if (taskArn !== undefined) yield taskArn;
      }
    },
    load(reader, key) {
      current = key;
      return load(reader, key);
    },
    plan: planTargets,
    apply: (tx, action, now) => apply(tx, current, action, random, now),
  });
}

function load(reader: Reader, taskArn: string): TargetsSnapshot | undefined {
  const task = reader.get(tasks, taskArn);
  const own = [...reader.by(targets, 'task', taskArn)];
  if (task === undefined) return own.length === 0 ? undefined : { task, targets: own, groups: new Map(), hostNetwork: false };
  const host = task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn);
  const networkInterface = task.attachments.map((a) => reader.get(networkInterfaces, a.networkInterfaceId)).find((eni) => eni !== undefined);
  return {
    task,
    targets: own,
    groups: new Map([...(task.loadBalancers ?? []), ...own].flatMap(({ targetGroupArn }) => groupOf(reader, targetGroupArn))),
    privateIpAddress: networkInterface?.privateIpAddress,
    host: host && { id: host.ec2InstanceId ?? lastSegment(host.arn), address: attributeValue(host, ADDRESS_ATTRIBUTE) ?? THIS_MACHINE },
    hostNetwork: reader.get(taskDefinitions, task.taskDefinitionArn)?.networkMode === 'host',
  };
}

function groupOf(reader: Reader, arn: string): [string, GroupView][] {
  const group = reader.get(targetGroups, arn);
  if (group === undefined) return [];
  const seconds = Number(group.attributes['deregistration_delay.timeout_seconds'] ?? DEFAULT_DELAY_SECONDS);
  return [[arn, { targetType: group.targetType, deregistrationDelayMs: seconds * 1000 }]];
}

function apply(tx: Transaction, taskArn: string, action: TargetsAction, random: Random, now: number): void {
  const task = tx.get(tasks, taskArn);
  switch (action.kind) {
    case 'putTarget':
      return tx.put(targets, action.target);
    case 'deleteTarget':
      return tx.delete(targets, targets.key(action.target));
    case 'endDraining':
      if (task !== undefined) tx.put(tasks, endDraining(task));
      return;
    case 'event': {
      const arn = task && serviceArnOf(task);
      const service = arn === undefined ? undefined : tx.get(services, arn);
      if (service !== undefined) putEvent(tx, service, action.words, random, now);
      return;
    }
  }
}
