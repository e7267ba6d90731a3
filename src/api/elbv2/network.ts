// The subnets and security groups that a load balancer asks for, and its network interface.
import { ec2Id } from '#base/ids.ts';
import { chooseAddress, planInterface } from '#core/network/network-interface.ts';
import { networkInterfaces, securityGroups, subnets, type NetworkInterface, type Subnet } from '#model/network.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { invalidConfiguration, validationError } from './errors.ts';
import { isOwn } from './find.ts';
import type { CreateLoadBalancerInput, Shape } from './shapes.ts';

/** The subnets of a request, one per zone and all of one VPC. */
export function requestedSubnets(reader: Reader, ctx: ApiContext, input: Pick<Shape<CreateLoadBalancerInput>, 'Subnets' | 'SubnetMappings'>, type: 'application' | 'network'): Subnet[] {
  if (input.Subnets !== undefined && input.Subnets.length > 0 && (input.SubnetMappings?.length ?? 0) > 0) throw validationError('You can specify either subnets or subnet mappings, but not both');
  const ids = input.Subnets?.length ? input.Subnets : (input.SubnetMappings ?? []).map((mapping) => mapping.SubnetId ?? '');
  if (ids.length === 0) throw validationError('At least one subnet must be specified');
  if (new Set(ids).size !== ids.length) throw invalidConfiguration('A load balancer cannot be attached to the same subnet twice');
  const rows = ids.map((id) => findSubnet(reader, ctx, id));
  if (rows.some((row) => row.vpcId !== rows[0]!.vpcId)) throw invalidConfiguration('The subnets must belong to the same VPC');
  const zones = rows.map((row) => row.availabilityZone);
  if (new Set(zones).size !== zones.length) throw invalidConfiguration('A load balancer cannot be attached to multiple subnets in the same Availability Zone');
  if (type === 'application' && zones.length < 2) throw validationError('At least two subnets in two different Availability Zones must be specified');
  return rows;
}

function findSubnet(reader: Reader, ctx: ApiContext, id: string): Subnet {
  const row = reader.get(subnets, id);
  if (row === undefined || !isOwn(row, ctx)) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
  return row;
}

/** The groups of a request, or the VPC's default group. */
export function requestedGroups(reader: Reader, ctx: ApiContext, ids: readonly string[] | undefined, vpcId: string): string[] {
  if (ids === undefined || ids.length === 0) {
    for (const group of reader.by(securityGroups, 'vpc', vpcId)) if (group.name === 'default') return [group.id];
    return [];
  }
  if (ids.length > 5) throw invalidConfiguration('The maximum number of security groups for a load balancer is 5');
  for (const id of ids) {
    const row = reader.get(securityGroups, id);
    if (row === undefined || !isOwn(row, ctx)) throw new AwsError('InvalidSecurityGroup', `The security group '${id}' does not exist`);
    if (row.vpcId !== vpcId) throw invalidConfiguration(`One or more security groups are invalid: security group '${id}' does not belong to VPC '${vpcId}'`);
  }
  return [...new Set(ids)];
}

/** Makes the interface through which the load balancer is a member of its VPC. */
export function createInterface(tx: Transaction, ctx: ApiContext, subnet: Subnet, securityGroupIds: readonly string[], description: string): NetworkInterface {
  const taken = (address: string): boolean => [...tx.by(networkInterfaces, 'address', `${subnet.vpcId}/${address}`)].length > 0;
  const address = chooseAddress(subnet.cidrBlock, taken, ctx.random.next());
  if (address === undefined) throw new AwsError('InvalidSubnet', `Not enough IP space available in ${subnet.id}. ELB requires at least 1 free IP address in each subnet.`);
  const row: NetworkInterface = { ...planInterface(subnet, { id: ec2Id(ctx.random, 'eni'), address, securityGroupIds, description, now: ctx.now }), status: 'in-use' };
  tx.put(networkInterfaces, row);
  return row;
}
