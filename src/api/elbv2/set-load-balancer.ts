// SetSubnets, SetSecurityGroups and SetIpAddressType.
import { loadBalancers } from '#model/load-balancer.ts';
import { networkInterfaces } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { invalidConfiguration, unsupportedFeature, validationError } from './errors.ts';
import { getLoadBalancer } from './find.ts';
import { requestedGroups, requestedSubnets } from './network.ts';
import type { CreateLoadBalancerInput, LoadBalancer as AwsLoadBalancer, Shape } from './shapes.ts';
import { viewLoadBalancer } from './views.ts';

type OfOne = Shape<{ LoadBalancerArn: string; IpAddressType: string }> & Pick<Shape<CreateLoadBalancerInput>, 'Subnets' | 'SubnetMappings' | 'SecurityGroups'>;

export function setSubnets(input: OfOne, ctx: ApiContext): { AvailabilityZones: AwsLoadBalancer['AvailabilityZones']; IpAddressType: string } {
  return ctx.store.transact((tx) => {
    const row = getLoadBalancer(tx, ctx, input.LoadBalancerArn);
    const subnets = requestedSubnets(tx, ctx, input, row.type);
    if (subnets[0]!.vpcId !== row.vpcId) throw invalidConfiguration(`The subnets must belong to the load balancer's VPC '${row.vpcId}'`);
    const after = { ...row, subnetIds: subnets.map((subnet) => subnet.id) };
    tx.put(loadBalancers, after);
    return { AvailabilityZones: viewLoadBalancer(tx, after).AvailabilityZones, IpAddressType: row.ipAddressType };
  });
}

export function setSecurityGroups(input: OfOne, ctx: ApiContext): { SecurityGroupIds: string[] } {
  return ctx.store.transact((tx) => {
    const row = getLoadBalancer(tx, ctx, input.LoadBalancerArn);
    if (row.type === 'network' && row.securityGroupIds.length === 0) throw invalidConfiguration('Security groups can only be set for network load balancers that were created with one');
    if ((input.SecurityGroups?.length ?? 0) === 0) throw invalidConfiguration('At least one security group must be specified');
    const securityGroupIds = requestedGroups(tx, ctx, input.SecurityGroups, row.vpcId);
    tx.put(loadBalancers, { ...row, securityGroupIds });
    const eni = tx.get(networkInterfaces, row.networkInterfaceId);
    if (eni !== undefined) tx.put(networkInterfaces, { ...eni, securityGroupIds });
    return { SecurityGroupIds: securityGroupIds };
  });
}

export function setIpAddressType(input: OfOne, ctx: ApiContext): { IpAddressType: string } {
  const row = getLoadBalancer(ctx.store, ctx, input.LoadBalancerArn);
  if (!['ipv4', 'dualstack', 'dualstack-without-public-ipv4'].includes(input.IpAddressType ?? '')) throw validationError(`IP address type '${input.IpAddressType ?? ''}' is not valid`);
  if (input.IpAddressType !== 'ipv4') throw unsupportedFeature(`the IP address type '${input.IpAddressType}'`);
  return { IpAddressType: row.ipAddressType };
}
