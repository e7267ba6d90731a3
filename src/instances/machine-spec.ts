// An instance's row as its driver is told of it.
import { must } from '#base/assert.ts';
import { instanceType } from '#core/instance/instance-types.ts';
import { underlayAddress } from '#core/instance/underlay.ts';
import { parseUserData } from '#core/instance/user-data.ts';
import type { AccessKey } from '#model/account.ts';
import type { Instance } from '#model/instance.ts';
import type { NetworkInterface } from '#model/network.ts';
import type { MachineSpec } from './driver.ts';

/** Where the control plane answers the agent of an instance, and by what token it comes in, if it needs one. */
export type AgentReach = (instance: Instance, cluster: string) => { readonly server: string; readonly token?: string };

/** Throws what `reach` throws. */
export function machineSpec(row: Instance, key: AccessKey, eni: NetworkInterface, reach: AgentReach): MachineSpec {
  const type = must(instanceType(row.instanceType), 'a type that RunInstances checked');
  const settings = parseUserData(Buffer.from(row.userData ?? '', 'base64').toString('utf8'));
  return {
    id: row.id,
    account: row.account,
    region: row.region,
    imageId: row.imageId,
    instanceType: row.instanceType,
    vcpus: type.vcpus,
    memoryMiB: type.memoryMiB,
    availabilityZone: row.availabilityZone,
    privateIpAddress: row.privateIpAddress,
    underlayAddress: underlayAddress(row.privateIpAddress),
    macAddress: eni.macAddress,
    ...(row.userData !== undefined && { userData: row.userData }),
    tags: Object.fromEntries(row.tags.map(({ key: name, value }) => [name, value])),
    agent: { ...reach(row, settings.cluster), cluster: settings.cluster, accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, attributes: settings.attributes },
  };
}
