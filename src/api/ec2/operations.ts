// Every EC2 operation of the current model: what answers it, or that Longshore does not have it yet.
import type { Operation } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { unsupported } from '../unsupported.ts';
import { authorizeSecurityGroupEgress, authorizeSecurityGroupIngress } from './authorize-security-group.ts';
import { createTags, deleteTags } from './change-tags.ts';
import { createDefaultVpc } from './create-default-vpc.ts';
import { startInstances, stopInstances, terminateInstances } from './change-instances.ts';
import { createLaunchTemplate, createLaunchTemplateVersion } from './create-launch-template.ts';
import { createSecurityGroup } from './create-security-group.ts';
import { createSubnet } from './create-subnet.ts';
import { createVpc } from './create-vpc.ts';
import { deleteSecurityGroup } from './delete-security-group.ts';
import { deleteSubnet } from './delete-subnet.ts';
import { deleteVpc } from './delete-vpc.ts';
import { describeAvailabilityZones } from './describe-availability-zones.ts';
import { describeImages, describeInstanceTypes } from './describe-instance-types.ts';
import { describeInstances, describeInstanceStatus } from './describe-instances.ts';
import { describeInternetGateways } from './describe-internet-gateways.ts';
import { describeLaunchTemplates, describeLaunchTemplateVersions } from './describe-launch-templates.ts';
import { describeNetworkAcls } from './describe-network-acls.ts';
import { describeNetworkInterfaces } from './describe-network-interfaces.ts';
import { describeRegions } from './describe-regions.ts';
import { describeRouteTables } from './describe-route-tables.ts';
import { describeSecurityGroupRules } from './describe-security-group-rules.ts';
import { describeSecurityGroups } from './describe-security-groups.ts';
import { describeSubnets } from './describe-subnets.ts';
import { describeTags } from './describe-tags.ts';
import { describeVpcAttribute } from './describe-vpc-attribute.ts';
import { describeVpcs } from './describe-vpcs.ts';
import { describeVpnGateways } from './describe-vpn-gateways.ts';
import { deleteLaunchTemplate, deleteLaunchTemplateVersions, modifyLaunchTemplate } from './modify-launch-template.ts';
import { modifySubnetAttribute } from './modify-subnet-attribute.ts';
import { modifyVpcAttribute } from './modify-vpc-attribute.ts';
import { revokeSecurityGroupEgress, revokeSecurityGroupIngress } from './revoke-security-group.ts';
import { runInstances } from './run-instances.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { schemaOf, type Ec2OperationName } from './shapes.ts';

type Handler = (input: any, ctx: ApiContext) => unknown;

const HANDLERS: Partial<Record<Ec2OperationName, Handler>> = {
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateDefaultVpc: createDefaultVpc,
  CreateLaunchTemplate: createLaunchTemplate,
  CreateLaunchTemplateVersion: createLaunchTemplateVersion,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpc: createVpc,
  DeleteLaunchTemplate: deleteLaunchTemplate,
  DeleteLaunchTemplateVersions: deleteLaunchTemplateVersions,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpc: deleteVpc,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeImages: describeImages,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstances: describeInstances,
  DescribeInternetGateways: describeInternetGateways,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeNetworkAcls: describeNetworkAcls,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeRegions: describeRegions,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcs: describeVpcs,
  DescribeVpnGateways: describeVpnGateways,
  ModifyLaunchTemplate: modifyLaunchTemplate,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};

export const OPERATIONS = Object.fromEntries(OPERATION_NAMES.map((name) => [name, operation(name)])) as Record<Ec2OperationName, Operation<ApiContext>>;

function operation(name: Ec2OperationName): Operation<ApiContext> & { readonly implemented?: false } {
  const handler = HANDLERS[name];
  if (handler !== undefined) return { handler, get schema() { return schemaOf(name); } };
  const { implemented, handler: refuse } = unsupported([], name, 'UnsupportedOperation');
  return { implemented, handler: refuse, get schema() { return schemaOf(name); } };
}
