// What IAM is asked about EC2 operations: the ids they name. Describe operations name no resource to IAM, as in AWS.
import type { OperationAccess } from '#wire/service.ts';
import { arn } from '#model/arn.ts';
import type { ApiContext } from '../context.ts';
import type { Ec2OperationName } from './shapes.ts';

type Ask = OperationAccess<ApiContext>;

/** What an id's first letters say it is the id of. */
const KINDS: Readonly<Record<string, string>> = {
  vpc: 'vpc', subnet: 'subnet', sg: 'security-group', sgr: 'security-group-rule', eni: 'network-interface', rtb: 'route-table', igw: 'internet-gateway', acl: 'network-acl', i: 'instance', vgw: 'vpn-gateway',
};

function named(ctx: ApiContext, id: unknown): string {
  const text = typeof id === 'string' ? id : '';
  const prefix = text.slice(0, Math.max(text.indexOf('-'), 0));
  const kind = Object.hasOwn(KINDS, prefix) ? KINDS[prefix] : undefined;
  return kind === undefined ? '*' : arn('ec2', ctx.region, ctx.account, `${kind}/${text}`);
}

/** By the first of these members that the input has; a security group by its name alone is any. */
const onId = (...members: readonly string[]): Ask => ({
  resources: (input: any, ctx) => members.filter((member) => input[member] !== undefined).slice(0, 1).map((member) => named(ctx, input[member])),
});
/** What is made has no id yet; the VPC that it is made in has. */
const onNew = (kind: string): Ask => ({
  resources: (input: any, ctx) => [arn('ec2', ctx.region, ctx.account, `${kind}/*`), ...(input.VpcId === undefined ? [] : [named(ctx, input.VpcId)])],
});
const onTagged: Ask = { resources: (input: any, ctx) => (Array.isArray(input.Resources) ? input.Resources : []).map((id: unknown) => named(ctx, id)) };

export const ACCESS: Partial<Record<Ec2OperationName, Ask>> = {
  AuthorizeSecurityGroupEgress: onId('GroupId'),
  AuthorizeSecurityGroupIngress: onId('GroupId'),
  CreateSecurityGroup: onNew('security-group'),
  CreateSubnet: onNew('subnet'),
  CreateTags: onTagged,
  CreateVpc: onNew('vpc'),
  DeleteSecurityGroup: onId('GroupId'),
  DeleteSubnet: onId('SubnetId'),
  DeleteTags: onTagged,
  DeleteVpc: onId('VpcId'),
  ModifySubnetAttribute: onId('SubnetId'),
  ModifyVpcAttribute: onId('VpcId'),
  RevokeSecurityGroupEgress: onId('GroupId'),
  RevokeSecurityGroupIngress: onId('GroupId'),
};

/** What of these names no resource to IAM. */
export function onAllOf(operations: readonly string[]): readonly string[] {
  return operations.filter((name) => name.startsWith('Describe') || name === 'CreateDefaultVpc');
}
