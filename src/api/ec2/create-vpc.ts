// CreateVpc: the VPC with its default security group. Order of checks: parameters, then the block, then tags.
import { ec2Id } from '#base/ids.ts';
import { planDefaultSecurityGroup } from '#core/network/default-vpc.ts';
import { securityGroups, vpcs, type Vpc } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { findDefaultVpc } from '../default-vpc.ts';
import { parseBlock } from './cidr-parameter.ts';
import { invalidValue, missingParameter, unsupportedParameter } from './errors.ts';
import { change } from './scope.ts';
import type { CreateVpcRequest, CreateVpcResult } from './shapes.ts';
import { tagsForNew } from './tags.ts';
import { viewVpc } from './view-vpc.ts';

const UNSUPPORTED = ['Ipv6Pool', 'Ipv6CidrBlock', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'Ipv6IpamPoolId', 'Ipv6NetmaskLength', 'VpcEncryptionControl'] as const;

export function createVpc(input: CreateVpcRequest, ctx: ApiContext): CreateVpcResult {
  for (const name of UNSUPPORTED) if (input[name] !== undefined) throw unsupportedParameter(name);
  if (input.AmazonProvidedIpv6CidrBlock === true) throw unsupportedParameter('AmazonProvidedIpv6CidrBlock');
  if (input.CidrBlock === undefined) throw missingParameter('cidrBlock');
  const { text } = parseBlock(input.CidrBlock, 'InvalidVpc.Range');
  const tenancy = input.InstanceTenancy ?? 'default';
  if (tenancy !== 'default' && tenancy !== 'dedicated') throw invalidValue(tenancy, 'instanceTenancy', 'Unknown tenancy.');
  const tags = tagsForNew(input.TagSpecifications, 'vpc');
  return change(ctx, input, (tx) => {
    const newId = (prefix: string): string => ec2Id(ctx.random, prefix);
    const vpc: Vpc = {
      id: newId('vpc'),
      account: ctx.account,
      region: ctx.region,
      tags,
      cidrBlock: text,
      isDefault: false,
      enableDnsSupport: true,
      enableDnsHostnames: false,
      instanceTenancy: tenancy,
      mainRouteTableId: newId('rtb'),
      networkAclId: newId('acl'),
      dhcpOptionsId: sharedDhcpOptions(tx, ctx) ?? newId('dopt'),
    };
    tx.put(vpcs, vpc);
    tx.put(securityGroups, planDefaultSecurityGroup(vpc, newId));
    return { Vpc: viewVpc(vpc) };
  });
}

/** A region has one set of default DHCP options; it is known by that of the default VPC. */
function sharedDhcpOptions(reader: Reader, ctx: ApiContext): string | undefined {
  return findDefaultVpc(reader, ctx.account, ctx.region)?.dhcpOptionsId;
}
