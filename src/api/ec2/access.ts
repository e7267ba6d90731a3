// What IAM is asked about EC2 operations: the ids they name. Describe operations name no resource to IAM, as in AWS.
import type { OperationAccess } from '#wire/service.ts';
import { arn } from '#model/arn.ts';
import { identities, identityKey, instanceProfiles } from '#model/identity.ts';
import type { ApiContext } from '../context.ts';
import { getTemplate, getVersion } from './find-launch-template.ts';
import type { Ec2OperationName } from './shapes.ts';

type Ask = OperationAccess<ApiContext>;

/** What an id's first letters say it is the id of. */
const KINDS: Readonly<Record<string, string>> = {
  vpc: 'vpc', subnet: 'subnet', sg: 'security-group', sgr: 'security-group-rule', eni: 'network-interface', rtb: 'route-table', igw: 'internet-gateway', acl: 'network-acl', i: 'instance', vgw: 'vpn-gateway', lt: 'launch-template', ami: 'image',
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

const onInstances: Ask = { resources: (input: any, ctx) => (Array.isArray(input.InstanceIds) ? input.InstanceIds : []).map((id: unknown) => named(ctx, id)) };
/** By id or name; a name that is not there is any template's. */
const onTemplate: Ask = {
  resources: (input: any, ctx) => {
    try {
      return [named(ctx, getTemplate(ctx.store, ctx, input).id)];
    } catch {
      return [input.LaunchTemplateId === undefined ? arn('ec2', ctx.region, ctx.account, 'launch-template/*') : named(ctx, input.LaunchTemplateId)];
    }
  },
};

/** The roles of the instance profiles that the request, and its launch template, give to instances. */
function profileRoles(input: any, ctx: ApiContext): { to: string; roles: string[] } {
  const given: unknown[] = [input.IamInstanceProfile?.Name ?? input.IamInstanceProfile?.Arn, templateProfile(input, ctx)];
  const roles = given.flatMap((profile) => {
    const name = typeof profile === 'string' ? profile.slice(profile.lastIndexOf('/') + 1).toLowerCase() : '';
    const role = ctx.store.get(instanceProfiles, `${ctx.account}/${name}`)?.roleName;
    const found = role === undefined ? undefined : ctx.store.get(identities, identityKey(ctx.account, 'role', role));
    return found === undefined ? [] : [found.arn];
  });
  return { to: 'ec2.amazonaws.com', roles: [...new Set(roles)] };
}

/** Of a template that is not there nothing is passed: the handler says so. */
function templateProfile(input: any, ctx: ApiContext): string | undefined {
  try {
    return input.LaunchTemplate === undefined ? undefined : getVersion(ctx.store, getTemplate(ctx.store, ctx, input.LaunchTemplate), input.LaunchTemplate.Version).launch.instanceProfileArn;
  } catch {
    return undefined;
  }
}

export const ACCESS: Partial<Record<Ec2OperationName, Ask>> = {
  AuthorizeSecurityGroupEgress: onId('GroupId'),
  AuthorizeSecurityGroupIngress: onId('GroupId'),
  CreateLaunchTemplate: onNew('launch-template'),
  CreateLaunchTemplateVersion: onTemplate,
  CreateSecurityGroup: onNew('security-group'),
  CreateSubnet: onNew('subnet'),
  CreateTags: onTagged,
  CreateVpc: onNew('vpc'),
  DeleteLaunchTemplate: onTemplate,
  DeleteLaunchTemplateVersions: onTemplate,
  DeleteSecurityGroup: onId('GroupId'),
  DeleteSubnet: onId('SubnetId'),
  DeleteTags: onTagged,
  DeleteVpc: onId('VpcId'),
  ModifyLaunchTemplate: onTemplate,
  ModifySubnetAttribute: onId('SubnetId'),
  ModifyVpcAttribute: onId('VpcId'),
  RevokeSecurityGroupEgress: onId('GroupId'),
  RevokeSecurityGroupIngress: onId('GroupId'),
  RunInstances: {
    resources: (input: any, ctx) => [
      arn('ec2', ctx.region, ctx.account, 'instance/*'),
      ...[input.SubnetId, ...(Array.isArray(input.SecurityGroupIds) ? input.SecurityGroupIds : []), input.LaunchTemplate?.LaunchTemplateId].filter((id) => typeof id === 'string').map((id) => named(ctx, id)),
    ],
    passes: profileRoles,
  },
  StartInstances: onInstances,
  StopInstances: onInstances,
  TerminateInstances: onInstances,
};

/** What of these names no resource to IAM. */
export function onAllOf(operations: readonly string[]): readonly string[] {
  return operations.filter((name) => name.startsWith('Describe') || name === 'CreateDefaultVpc');
}
