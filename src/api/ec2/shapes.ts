// The EC2 operations and shapes of the AWS SDK, our contract. This file alone refers to that client. Its 823 operations cost 62 MB
// as the client comes, and most control planes are never asked about EC2: so only its schemas are loaded, at the first EC2 request,
// for 30 MB.
import { createRequire, registerHooks } from 'node:module';
import type * as sdk from '@aws-sdk/client-ec2';
import type { OperationSchema } from '#wire/service.ts';

/** Every operation of the current model by its AWS name: the SDK exports `CreateVpcCommand` for CreateVpc. */
export type Ec2OperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;

type Schemas = Readonly<Record<`${Ec2OperationName}$`, OperationSchema>>;

const load = createRequire(import.meta.url);
const SCHEMAS_FILE = '@aws-sdk/client-ec2/dist-es/schemas/schemas_0.js';

/** The SDK's schema of an operation. The first call loads them all; after that Node has them. */
export function schemaOf(operation: Ec2OperationName): OperationSchema {
  return loadSchemas()[`${operation}$`];
}

// The SDK's ES modules are made for bundlers: they leave out the extension in imports, and the package does not say that they are
// modules. Node is told both, for as long as this takes.
function loadSchemas(): Schemas {
  const path = load.resolve(SCHEMAS_FILE);
  const cached = load.cache[path];
  if (cached?.loaded === true) return cached.exports as Schemas;
  const folder = path.slice(0, -'schemas/schemas_0.js'.length);
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const inside = specifier === path || (specifier.startsWith('../models/') && (context.parentURL ?? '').includes(folder));
      if (!inside) return next(specifier, context);
      return { ...next(specifier.endsWith('.js') ? specifier : `${specifier}.js`, context), format: 'module' };
    },
  });
  try {
    return load(path) as Schemas;
  } finally {
    hooks.deregister();
  }
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
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeInstanceAttributeRequest,
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  Image,
  Instance,
  InstanceStateChange,
  InstanceStatus,
  InstanceTypeInfo,
  LaunchTemplate,
  LaunchTemplateVersion,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
  RequestLaunchTemplateData,
  Reservation,
  RunInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
