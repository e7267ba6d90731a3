// The rows of tasks that placement found hosts for: each task and, in awsvpc mode, its interface. Ids come from the random
// source that is handed in, and so does what is known of taken addresses.
import { ec2Id, hexId, uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { chooseAddress, planInterface, privateDnsName } from '../network/network-interface.ts';
import type { Placement } from '../placement/request.ts';
import { arn } from '#model/arn.ts';
import type { Cluster } from '#model/cluster.ts';
import type { NetworkInterface, Subnet } from '#model/network.ts';
import type { Tag } from '#model/tag.ts';
import type { AwsvpcConfiguration, LaunchType, ReservedResources, Task, TaskLoadBalancer, TaskOverride, TaskWaiting } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import { attachmentOf, newTask } from './new-task.ts';
import type { NewTaskInterface } from './new-task.ts';
import { containerArn, taskArn } from './task-arns.ts';

/** The network of awsvpc tasks, every part of it known to exist. */
export interface TaskNetwork {
  readonly configuration: AwsvpcConfiguration;
  readonly subnets: readonly Subnet[];
}

/** What every task of one request has. */
export interface LaunchSpec {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly overrides: TaskOverride;
  readonly reserved: ReservedResources;
  readonly launchType: LaunchType;
  readonly network: TaskNetwork | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  /** Of Fargate tasks, e.g. `1.4.0`. */
  readonly platformVersion?: string | undefined;
  readonly serviceName?: string;
  readonly serviceRevisionArn?: string;
  readonly taskSetArn?: string;
  readonly loadBalancers?: readonly TaskLoadBalancer[];
  /** How those that wait are to be placed. */
  readonly waiting?: TaskWaiting;
}

export interface LaunchTarget {
  /** Absent: the task waits for a host of its capacity provider. */
  readonly placement?: Placement | undefined;
  readonly capacityProviderName?: string | undefined;
}

export interface LaunchMeans {
  readonly random: Random;
  /** Whether an address of a VPC is in use. */
  readonly isTaken: (vpcId: string, address: string) => boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface LaunchedTask {
  readonly task: Task;
  readonly networkInterface?: NetworkInterface;
}

export interface LaunchFailure {
  readonly hostArn: string;
  readonly reason: string;
  readonly detail?: string;
}

export interface LaunchPlan {
  readonly launched: readonly LaunchedTask[];
  /** Targets without a free address in their subnets. */
  readonly failures: readonly LaunchFailure[];
}

/** The new rows, to be put in the same transaction. Nothing is reserved elsewhere: the rows are the reservation. */
export function planLaunch(spec: LaunchSpec, targets: readonly LaunchTarget[], means: LaunchMeans): LaunchPlan {
  const launched: LaunchedTask[] = [];
  const failures: LaunchFailure[] = [];
  // Addresses given out by this very plan are not in any row yet.
  const given = new Set<string>();
  const isTaken = (vpcId: string, address: string): boolean => given.has(`${vpcId}/${address}`) || means.isTaken(vpcId, address);
  for (const target of targets) {
    const made = launchOne(spec, target, { ...means, isTaken });
    if (made === undefined) {
      failures.push({ hostArn: target.placement?.hostArn ?? '', reason: 'RESOURCE:ENI', detail: 'The subnets have no free IP addresses.' });
      continue;
    }
    if (made.networkInterface !== undefined) given.add(`${made.networkInterface.vpcId}/${made.networkInterface.privateIpAddress}`);
    launched.push(made);
  }
  return { launched, failures };
}

function launchOne(spec: LaunchSpec, { placement, capacityProviderName }: LaunchTarget, means: LaunchMeans): LaunchedTask | undefined {
  const { cluster, definition } = spec;
  const scope = { account: cluster.account, region: cluster.region };
  const id = hexId(means.random, 32);
  const own = taskArn(scope, cluster.name, id);
  const zone = placement?.availabilityZone;
  const network = zone === undefined ? undefined : spec.network;
  const taskInterface = network && zone !== undefined ? allocateInterface(network, zone, own, scope, means) : undefined;
  if (network !== undefined && taskInterface === undefined) return undefined;
  const task = newTask({
    ...spec,
    arn: own,
    clusterArn: cluster.arn,
    capacityProviderName,
    hostArn: placement?.hostArn,
    waiting: placement === undefined ? (spec.waiting ?? { constraints: [], strategy: [] }) : undefined,
    availabilityZone: spec.launchType === 'FARGATE' ? (taskInterface?.networkInterface.availabilityZone ?? zone) : zone,
    awsvpc: spec.network?.configuration,
    interface: taskInterface,
    containerArns: definition.containerDefinitions.map(() => containerArn(scope, cluster.name, id, uuid(means.random))),
    now: means.now,
  });
  return taskInterface === undefined ? { task } : { task, networkInterface: taskInterface.networkInterface };
}

/** A task that has waited, now with a host, and in awsvpc mode with its interface; undefined when its subnets have no free address. */
export function placeWaiting(task: Task, placement: Placement, found: readonly Subnet[], means: LaunchMeans): LaunchedTask | undefined {
  const { waiting: _, ...rest } = task;
  const placed: Task = { ...rest, hostArn: placement.hostArn, availabilityZone: placement.availabilityZone, version: task.version + 1 };
  if (task.awsvpc === undefined) return { task: placed };
  const made = allocateInterface({ configuration: task.awsvpc, subnets: found }, placement.availabilityZone, task.arn, task, means);
  return made && { task: { ...placed, attachments: [attachmentOf(made)] }, networkInterface: made.networkInterface };
}

/** An interface in the zone the task was placed in (any subnet when none is there); undefined when no address is free. */
function allocateInterface(
  network: TaskNetwork,
  availabilityZone: string,
  owner: string,
  scope: { readonly account: string; readonly region: string },
  means: LaunchMeans,
): NewTaskInterface | undefined {
  const inZone = network.subnets.filter((subnet) => subnet.availabilityZone === availabilityZone);
  for (const subnet of inZone.length > 0 ? inZone : network.subnets) {
    const address = chooseAddress(subnet.cidrBlock, (candidate) => means.isTaken(subnet.vpcId, candidate), means.random.next());
    if (address === undefined) continue;
    const attachmentId = uuid(means.random);
    const description = arn('ecs', scope.region, scope.account, `attachment/${attachmentId}`);
    const securityGroupIds = network.configuration.securityGroups;
    const networkInterface = planInterface(subnet, { id: ec2Id(means.random, 'eni'), address, securityGroupIds, description, taskArn: owner, now: means.now });
    return { attachmentId, networkInterface, privateDnsName: privateDnsName(address, scope.region) };
  }
  return undefined;
}
