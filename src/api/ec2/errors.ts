// EC2's errors, in its words. Codes are those of the EC2 API reference ("Error codes"); texts as clients have seen them.
import { AwsError } from '#wire/aws-error.ts';

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

/** `Value (x) for parameter p is invalid. Why.` */
export function invalidValue(value: string | number, parameter: string, why: string): AwsError {
  return invalidParameter(`Value (${value}) for parameter ${parameter} is invalid. ${why}`);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', message);
}

/** For a parameter that AWS has and Longshore does not: an answer that pretended would be worse. */
export function unsupportedParameter(name: string): AwsError {
  return new AwsError('UnsupportedOperation', `Longshore does not support the parameter ${name} yet.`);
}

/** What a request with DryRun gets instead of being carried out. */
export function dryRunOperation(): AwsError {
  return new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', { httpStatus: 412 });
}

/** How EC2 calls a kind of resource in "does not exist". */
const NOT_FOUND = {
  vpc: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  'security-group': ['InvalidGroup.NotFound', 'security group'],
  'security-group-rule': ['InvalidSecurityGroupRuleId.NotFound', 'security group rule ID'],
  'network-interface': ['InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'],
  'route-table': ['InvalidRouteTableID.NotFound', 'routeTable ID'],
  'internet-gateway': ['InvalidInternetGatewayID.NotFound', 'internetGateway ID'],
  'network-acl': ['InvalidNetworkAclID.NotFound', 'networkAcl ID'],
  'dhcp-options': ['InvalidDhcpOptionID.NotFound', 'dhcpOption ID'],
  'vpn-gateway': ['InvalidVpnGatewayID.NotFound', 'vpnGateway ID'],
  instance: ['InvalidInstanceID.NotFound', 'instance ID'],
  'launch-template': ['InvalidLaunchTemplateId.NotFound', 'launch template ID'],
} as const;

export type ResourceKind = keyof typeof NOT_FOUND;

/** `The vpc ID 'vpc-1' does not exist`, or for several: `The vpc IDs 'vpc-1, vpc-2' do not exist`. */
export function notFound(kind: ResourceKind, ids: readonly string[]): AwsError {
  const [code, noun] = NOT_FOUND[kind];
  return new AwsError(code, ids.length > 1 ? `The ${noun}s '${ids.join(', ')}' do not exist` : `The ${noun} '${ids[0] ?? ''}' does not exist`);
}

export function malformedGroupId(id: string): AwsError {
  return new AwsError('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`);
}

export function groupNameNotFound(name: string, vpcId: string): AwsError {
  return new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC '${vpcId}'`);
}

export function groupDuplicate(name: string, vpcId: string): AwsError {
  return new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`);
}

export function noDefaultVpc(): AwsError {
  return new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
}

/** @param what as the message begins: `The vpc 'vpc-1'` */
export function dependencyViolation(what: string): AwsError {
  return new AwsError('DependencyViolation', `${what} has dependencies and cannot be deleted.`);
}

export function groupInUse(id: string): AwsError {
  return new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
}

export function malformedId(kind: 'InvalidInstanceID' | 'InvalidAMIID' | 'InvalidLaunchTemplateId', id: string, prefix: string): AwsError {
  return new AwsError(`${kind}.Malformed`, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

export function templateNotFound(by: { readonly id: string } | { readonly name: string }): AwsError {
  return 'id' in by
    ? new AwsError('InvalidLaunchTemplateId.NotFound', `The specified launch template, with template ID ${by.id}, does not exist.`)
    : new AwsError('InvalidLaunchTemplateName.NotFoundException', `The specified launch template, with template name ${by.name}, does not exist.`);
}

export function templateVersionNotFound(templateId: string, version: string): AwsError {
  return new AwsError('InvalidLaunchTemplateId.VersionNotFound', `Could not find the specified version ${version} for the launch template with ID ${templateId}.`);
}

export function incorrectState(id: string, what: string): AwsError {
  return new AwsError('IncorrectInstanceState', `The instance '${id}' is not in a state from which it can be ${what}.`);
}
