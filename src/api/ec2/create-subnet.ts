// CreateSubnet. Order of checks: parameters, the VPC, the zone, the block within the VPC, other subnets.
import { ec2Id } from '#base/ids.ts';
import { contains, overlaps, parseCidr } from '#core/network/cidr.ts';
import { zonesOf, type Zone } from '#core/network/zones.ts';
import { subnets, type Subnet, type Vpc } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { parseBlock } from './cidr-parameter.ts';
import { invalidCombination, invalidValue, missingParameter, unsupportedParameter } from './errors.ts';
import { getVpc } from './find.ts';
import { change } from './scope.ts';
import type { CreateSubnetRequest, CreateSubnetResult } from './shapes.ts';
import { tagsForNew } from './tags.ts';
import { viewSubnet } from './view-subnet.ts';

const UNSUPPORTED = ['Ipv6CidrBlock', 'OutpostArn', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'Ipv6IpamPoolId', 'Ipv6NetmaskLength'] as const;

export function createSubnet(input: CreateSubnetRequest, ctx: ApiContext): CreateSubnetResult {
  for (const name of UNSUPPORTED) if (input[name] !== undefined) throw unsupportedParameter(name);
  if (input.Ipv6Native === true) throw unsupportedParameter('Ipv6Native');
  const { CidrBlock: block } = input;
  if (block === undefined) throw missingParameter('cidrBlock');
  const tags = tagsForNew(input.TagSpecifications, 'subnet');
  return change(ctx, input, (tx) => {
    const vpc = getVpc(tx, ctx, input.VpcId);
    const zone = chooseZone(input, ctx);
    const cidrBlock = freeBlock(tx, vpc, block);
    const subnet: Subnet = {
      id: ec2Id(ctx.random, 'subnet'),
      account: ctx.account,
      region: ctx.region,
      tags,
      vpcId: vpc.id,
      cidrBlock,
      availabilityZone: zone.name,
      availabilityZoneId: zone.id,
      defaultForAz: false,
      mapPublicIpOnLaunch: false,
    };
    tx.put(subnets, subnet);
    return { Subnet: viewSubnet(tx, subnet) };
  });
}

function chooseZone({ AvailabilityZone: name, AvailabilityZoneId: id }: CreateSubnetRequest, { region }: ApiContext): Zone {
  const zones = zonesOf(region);
  if (name !== undefined && id !== undefined) throw invalidCombination('You cannot specify both AvailabilityZone and AvailabilityZoneId.');
  const zone = zones.find((each) => (name === undefined || each.name === name) && (id === undefined || each.id === id));
  if (zone !== undefined) return zone;
  const byName = name !== undefined;
  const possible = zones.map((each) => (byName ? each.name : each.id)).join(', ');
  throw invalidValue(
    name ?? id ?? '',
    byName ? 'availabilityZone' : 'availabilityZoneId',
    `Subnets can currently only be created in the following availability zones: ${possible}.`,
  );
}

function freeBlock(reader: Reader, vpc: Vpc, text: string): string {
  const block = parseBlock(text, 'InvalidSubnet.Range');
  const whole = parseCidr(vpc.cidrBlock);
  if (whole === undefined || !contains(whole, block.cidr)) throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  for (const other of reader.by(subnets, 'vpc', vpc.id)) {
    const taken = parseCidr(other.cidrBlock);
    if (taken !== undefined && overlaps(taken, block.cidr)) throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  return block.text;
}
