// RunInstances. Order of checks: counts, launch template, image, type, network, addresses.
import { ec2Id } from '#base/ids.ts';
import { planInstance, type InstanceSpec } from '#core/instance/launch.ts';
import { EMPTY_LAUNCH, mergeLaunch } from '#core/instance/template.ts';
import { accessKeys } from '#model/account.ts';
import { instances, type Instance } from '#model/instance.ts';
import type { TemplateLaunch } from '#model/launch-template.ts';
import { networkInterfaces, subnets, type Subnet } from '#model/network.ts';
import type { Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { invalidParameter, invalidValue, missingParameter, unsupportedParameter } from './errors.ts';
import { getTemplate, getVersion } from './find-launch-template.ts';
import { getDefaultVpc, getGroup, getSubnet, groupNamed } from './find.ts';
import { parseLaunch } from './launch-parameters.ts';
import { change, scopeOf } from './scope.ts';
import type { Reservation, RunInstancesRequest } from './shapes.ts';
import { viewReservation } from './view-instance.ts';

const COUNT_MAX = 1000;
const DEFAULT_TYPE = 'm5.large';
const CLIENT_TOKEN_MAX = 64;

export function runInstances(input: RunInstancesRequest, ctx: ApiContext): Reservation {
  const { min, max } = counts(input);
  if ((input.ClientToken ?? '').length > CLIENT_TOKEN_MAX) throw invalidValue(input.ClientToken ?? '', 'clientToken', `Client token must be at most ${CLIENT_TOKEN_MAX} characters.`);
  if ((input.Ipv6AddressCount ?? 0) > 0) throw unsupportedParameter('Ipv6AddressCount');
  return change(ctx, input, (tx) => {
    const known = input.ClientToken === undefined ? [] : [...tx.by(instances, 'clientToken', `${scopeOf(ctx)}/${input.ClientToken}`)];
    if (known.length > 0) return viewReservation(tx, known);
    const { launch, template } = launchOf(tx, ctx, input);
    if (launch.imageId === undefined) throw missingParameter('ImageId');
    const subnet = subnetOf(tx, ctx, input, launch);
    const spec: InstanceSpec = {
      ...launch,
      imageId: launch.imageId,
      instanceType: launch.instanceType ?? DEFAULT_TYPE,
      securityGroupIds: groupsOf(tx, ctx, launch, subnet),
      launchTemplate: template,
      clientToken: input.ClientToken,
    };
    return viewReservation(tx, launchAll(tx, ctx, spec, subnet, { min, max, address: input.PrivateIpAddress ?? input.NetworkInterfaces?.[0]?.PrivateIpAddress }));
  });
}

function counts({ MinCount: min, MaxCount: max }: RunInstancesRequest): { min: number; max: number } {
  if (min === undefined) throw missingParameter('MinCount');
  if (max === undefined) throw missingParameter('MaxCount');
  if (min < 1) throw invalidValue(min, 'minCount', 'Value must be greater than or equal to 1.');
  if (max < min) throw invalidValue(max, 'maxCount', 'Must be greater than or equal to minCount.');
  if (max > COUNT_MAX) throw new AwsError('InstanceLimitExceeded', `You have requested more instances (${max}) than your current instance limit of ${COUNT_MAX} allows for the specified instance type.`);
  return { min, max };
}

function launchOf(tx: Transaction, ctx: ApiContext, input: RunInstancesRequest): { launch: TemplateLaunch; template: Instance['launchTemplate'] } {
  const own = parseLaunch(tx, ctx, input);
  if (input.LaunchTemplate === undefined) return { launch: mergeLaunch(EMPTY_LAUNCH, own), template: undefined };
  const template = getTemplate(tx, ctx, input.LaunchTemplate);
  const version = getVersion(tx, template, input.LaunchTemplate.Version);
  return { launch: mergeLaunch(version.launch, own), template: { id: template.id, name: template.name, version: version.version } };
}

/** The subnet asked for, else the default one of the zone asked for, else any default one. */
function subnetOf(tx: Transaction, ctx: ApiContext, input: RunInstancesRequest, launch: TemplateLaunch): Subnet {
  const zone = input.Placement?.AvailabilityZone;
  if (launch.subnetId !== undefined) {
    const subnet = getSubnet(tx, ctx, launch.subnetId);
    if (zone !== undefined && subnet.availabilityZone !== zone) throw new AwsError('InvalidParameterCombination', `The availability zone '${zone}' does not match the availability zone of the subnet '${subnet.id}'.`);
    return subnet;
  }
  const vpc = getDefaultVpc(tx, ctx);
  const defaults = [...tx.by(subnets, 'vpc', vpc.id)].filter((subnet) => subnet.defaultForAz && (zone === undefined || subnet.availabilityZone === zone));
  const chosen = defaults[Math.floor(ctx.random.next() * defaults.length)];
  if (chosen !== undefined) return chosen;
  if (zone !== undefined) throw invalidValue(zone, 'availabilityZone', 'Subnets can currently only be created in the following availability zones of this region.');
  throw new AwsError('MissingInput', `No subnets found for the default VPC '${vpc.id}'. Please specify a subnet.`);
}

function groupsOf(tx: Transaction, ctx: ApiContext, { securityGroupIds }: TemplateLaunch, subnet: Subnet): readonly string[] {
  if (securityGroupIds.length === 0) {
    const fallback = groupNamed(tx, subnet.vpcId, 'default');
    return fallback === undefined ? [] : [fallback.id];
  }
  for (const id of securityGroupIds) {
    const group = getGroup(tx, ctx, id);
    if (group.vpcId !== subnet.vpcId) throw invalidParameter(`Security group ${id} and subnet ${subnet.id} belong to different networks.`);
  }
  return securityGroupIds;
}

function launchAll(tx: Transaction, ctx: ApiContext, spec: InstanceSpec, subnet: Subnet, want: { min: number; max: number; address: string | undefined }): Instance[] {
  const isTaken = (vpcId: string, address: string): boolean => tx.count(networkInterfaces, 'address', `${vpcId}/${address}`) > 0;
  const reservationId = ec2Id(ctx.random, 'r');
  const made: Instance[] = [];
  for (let launchIndex = 0; launchIndex < want.max; launchIndex++) {
    const planned = planInstance(spec, subnet, { reservationId, launchIndex, privateIpAddress: want.max === 1 ? want.address : undefined }, { random: ctx.random, isTaken, now: ctx.now });
    if (planned === undefined) break;
    tx.put(networkInterfaces, planned.networkInterface);
    tx.put(accessKeys, planned.key);
    tx.put(instances, planned.instance);
    made.push(planned.instance);
  }
  if (made.length >= want.min) return made;
  if (want.address !== undefined && want.max === 1) throw new AwsError('InvalidIPAddress.InUse', `Address ${want.address} is in use.`);
  throw new AwsError('InsufficientFreeAddressesInSubnet', 'The specified subnet does not have enough free addresses to satisfy the request.');
}
