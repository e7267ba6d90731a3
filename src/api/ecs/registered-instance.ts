// The EC2 instance that registers as a container instance: known by the key it signs with, not by what it says.
import { underlayAddress } from '#core/instance/underlay.ts';
import { accessKeys } from '#model/account.ts';
import { autoScalingGroups, groupInstances } from '#model/auto-scaling-group.ts';
import { capacityProviders } from '#model/capacity-provider.ts';
import type { Cluster } from '#model/cluster.ts';
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { joinedHosts } from '#model/joined-host.ts';
import { instances, type Instance } from '#model/instance.ts';
import type { Attribute } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';

/** Undefined for a host that is no instance of ours. */
export function callingInstance(reader: Reader, ctx: EcsContext): Instance | undefined {
  for (const instance of reader.by(instances, 'key', ctx.call.caller.accessKeyId)) return instance;
  // One on another machine joined by a token of its own, and signs with the key it got for it.
  const hostId = reader.get(accessKeys, ctx.call.caller.accessKeyId)?.hostId;
  const instanceId = hostId === undefined ? undefined : reader.get(joinedHosts, hostId)?.instanceId;
  return instanceId === undefined ? undefined : reader.get(instances, instanceId);
}

/** The container instance it is already: its agent has lost what it knew. */
export function registeredBefore(reader: Reader, ctx: EcsContext): ContainerInstance | undefined {
  const instance = callingInstance(reader, ctx);
  for (const host of instance === undefined ? [] : reader.by(containerInstances, 'instance', instance.id)) return host;
  return undefined;
}

/** What is known of the instance, over what its agent sent. */
export function instanceAttributes(instance: Instance, isLocal: boolean): Attribute[] {
  return [
    { name: 'ecs.ami-id', value: instance.imageId },
    { name: 'ecs.availability-zone', value: instance.availabilityZone },
    { name: 'ecs.instance-type', value: instance.instanceType },
    { name: 'ecs.subnet-id', value: instance.subnetId },
    { name: 'ecs.vpc-id', value: instance.vpcId },
    // Others say themselves where they are reached.
    ...(isLocal ? [{ name: 'longshore.address', value: underlayAddress(instance.privateIpAddress) }] : []),
  ];
}

/** The row of a host that is one of our instances: its identity, zone, and the capacity provider its group belongs to in the cluster. */
export function asInstance(reader: Reader, host: ContainerInstance, cluster: Cluster | undefined, instance: Instance): ContainerInstance {
  const own = instanceAttributes(instance, host.registeredBy.endsWith(`/${instance.id}`));
  const provider = providerOf(reader, instance, cluster);
  return {
    ...host,
    ec2InstanceId: instance.id,
    availabilityZone: instance.availabilityZone,
    attributes: [...host.attributes.filter(({ name }) => !own.some((attribute) => attribute.name === name)), ...own],
    ...(provider !== undefined && { capacityProviderName: provider }),
  };
}

function providerOf(reader: Reader, instance: Instance, cluster: Cluster | undefined): string | undefined {
  const member = reader.get(groupInstances, instance.id);
  const group = member && reader.get(autoScalingGroups, member.groupArn);
  if (group === undefined) return undefined;
  for (const provider of reader.by(capacityProviders, 'group', group.arn)) {
    if (cluster?.capacityProviders.includes(provider.name)) return provider.name;
  }
  return undefined;
}
