// What an EC2 instance, its container instance and the tasks on it have to do with one another.
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { groupInstances } from '#model/auto-scaling-group.ts';
import { services } from '#model/service.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { serviceArnOf } from './service.ts';

/** The container instance that an instance is, unless INACTIVE. */
export function hostOfInstance(reader: Reader, instanceId: string): ContainerInstance | undefined {
  for (const host of reader.by(containerInstances, 'instance', instanceId)) return host;
  return undefined;
}

/** ARN of the group that a host's instance is in. */
export function groupOfHost(reader: Reader, hostArn: string): string | undefined {
  const instanceId = reader.get(containerInstances, hostArn)?.ec2InstanceId;
  return instanceId === undefined ? undefined : reader.get(groupInstances, instanceId)?.groupArn;
}

/** Whether a host runs tasks other than those of DAEMON services. */
export function runsTasks(reader: Reader, hostArn: string): boolean {
  for (const task of reader.by(tasks, 'host', hostArn)) if (!isDaemon(reader, task)) return true;
  return false;
}

export function isDaemon(reader: Reader, task: Task): boolean {
  const arn = serviceArnOf(task);
  return arn !== undefined && reader.get(services, arn)?.schedulingStrategy === 'DAEMON';
}
