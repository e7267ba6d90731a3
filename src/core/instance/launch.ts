// The rows of new instances: each with its network interface and the key its agent signs with.
import { ec2Id } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { chooseAddress, planInterface } from '../network/network-interface.ts';
import type { AccessKey } from '#model/account.ts';
import type { Instance } from '#model/instance.ts';
import type { NetworkInterface, Subnet } from '#model/network.ts';
import type { Tag } from '#model/tag.ts';

/** What every instance of one request has. */
export interface InstanceSpec {
  readonly imageId: string;
  readonly instanceType: string;
  readonly securityGroupIds: readonly string[];
  readonly keyName?: string | undefined;
  readonly userData?: string | undefined;
  readonly instanceProfileArn?: string | undefined;
  readonly launchTemplate?: Instance['launchTemplate'];
  readonly spot: boolean;
  readonly terminationProtected?: boolean;
  readonly clientToken?: string | undefined;
  readonly tags: readonly Tag[];
  readonly interfaceTags?: readonly Tag[];
}

export interface InstanceMeans {
  readonly random: Random;
  readonly isTaken: (vpcId: string, address: string) => boolean;
  readonly now: number;
}

export interface LaunchedInstance {
  readonly instance: Instance;
  readonly networkInterface: NetworkInterface;
  readonly key: AccessKey;
}

/** One instance in a subnet; undefined when the subnet has no free address, or the address asked for is taken. */
export function planInstance(
  spec: InstanceSpec,
  subnet: Subnet,
  place: { readonly reservationId: string; readonly launchIndex: number; readonly privateIpAddress?: string | undefined },
  means: InstanceMeans,
): LaunchedInstance | undefined {
  const isTaken = (address: string): boolean => means.isTaken(subnet.vpcId, address);
  const wanted = place.privateIpAddress;
  const address = wanted === undefined ? chooseAddress(subnet.cidrBlock, isTaken, means.random.next()) : isTaken(wanted) ? undefined : wanted;
  if (address === undefined) return undefined;
  const id = ec2Id(means.random, 'i');
  const eniId = ec2Id(means.random, 'eni');
  const bare = planInterface(subnet, { id: eniId, address, securityGroupIds: spec.securityGroupIds, description: '', now: means.now });
  const key = agentKey(id, subnet, means);
  const instance: Instance = {
    id,
    account: subnet.account,
    region: subnet.region,
    reservationId: place.reservationId,
    launchIndex: place.launchIndex,
    imageId: spec.imageId,
    instanceType: spec.instanceType,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    availabilityZone: subnet.availabilityZone,
    networkInterfaceId: eniId,
    privateIpAddress: address,
    securityGroupIds: spec.securityGroupIds,
    ...given('keyName', spec.keyName),
    ...given('userData', spec.userData),
    ...given('instanceProfileArn', spec.instanceProfileArn),
    ...given('launchTemplate', spec.launchTemplate),
    ...given('clientToken', spec.clientToken),
    spot: spec.spot,
    accessKeyId: key.accessKeyId,
    terminationProtected: spec.terminationProtected ?? false,
    tags: spec.tags,
    desired: 'running',
    state: 'pending',
    launchedAt: means.now,
    changedAt: means.now,
  };
  return { instance, networkInterface: { ...bare, status: 'in-use', instanceId: id, tags: spec.interfaceTags ?? [] }, key };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The key of one instance's agent: its principal is the instance, so what registers with it is known to be that instance. */
function agentKey(instanceId: string, { account }: { readonly account: string }, { random, now }: InstanceMeans): AccessKey {
  const text = (alphabet: string, length: number): string => Array.from(random.bytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
  return {
    accessKeyId: `AKIA${text(BASE32, 16)}`,
    secretAccessKey: text(BASE64, 40),
    account,
    principalArn: `arn:aws:sts::${account}:assumed-role/ecsInstanceRole/${instanceId}`,
    userId: `AROA${text(BASE32, 16)}:${instanceId}`,
    kind: 'agent',
    createdAt: now,
  };
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
