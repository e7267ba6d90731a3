// The EC2 operations and shapes of the AWS SDK, our contract. This file alone refers to that client, and loads it at the first EC2
// request only: its 823 operations cost 60 MB of memory and a fifth of a second.
import { createRequire } from 'node:module';
import type * as sdk from '@aws-sdk/client-ec2';
import type { OperationSchema } from '#wire/service.ts';

/** Every operation of the current model by its AWS name: the SDK exports `CreateVpcCommand` for CreateVpc. */
export type Ec2OperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;

const load = createRequire(import.meta.url);

/** The SDK's schema of an operation. Loads the client if need be. */
export function schemaOf(operation: Ec2OperationName): OperationSchema {
  const client = load('@aws-sdk/client-ec2') as Record<`${Ec2OperationName}$`, OperationSchema>;
  return client[`${operation}$`];
}

export type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  AvailabilityZone,
  CreateDefaultVpcRequest,
  CreateDefaultVpcResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  CreateSubnetRequest,
  CreateSubnetResult,
  CreateTagsRequest,
  CreateVpcRequest,
  CreateVpcResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DeleteSubnetRequest,
  DeleteTagsRequest,
  DeleteVpcRequest,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeTagsRequest,
  DescribeTagsResult,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  DescribeVpnGatewaysRequest,
  DescribeVpnGatewaysResult,
  Filter,
  InternetGateway,
  IpPermission,
  ModifySubnetAttributeRequest,
  ModifyVpcAttributeRequest,
  NetworkAcl,
  NetworkInterface,
  Region,
  ResourceType,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Tag,
  TagDescription,
  TagSpecification,
  Vpc,
} from '@aws-sdk/client-ec2';
