// What IAM is asked about its own operations: the user, group, role, policy, profile or provider that an input names.
import { identities, identityKey, type IdentityKind } from '#model/identity.ts';
import type { OperationAccess } from '#wire/service.ts';
import type { IamContext } from './context.ts';
import { findRole } from './find.ts';
import { linkedRoleArn } from './service-linked-roles.ts';

type Ask = OperationAccess<IamContext>;

function identityArn(ctx: IamContext, kind: IdentityKind, input: any, name: string): string {
  const known = ctx.store.get(identities, identityKey(ctx.account, kind, name));
  return known?.arn ?? `arn:aws:iam::${ctx.account}:${kind}${typeof input.Path === 'string' ? input.Path : '/'}${name}`;
}

/** The first of these that the input names is the resource; a policy only when nothing else is named: `AttachRolePolicy` is about the role. */
function resourceOf(input: any, ctx: IamContext, operation: string): string {
  const iam = `arn:aws:iam::${ctx.account}:`;
  if (input.InstanceProfileName !== undefined) return `${iam}instance-profile${input.Path ?? '/'}${input.InstanceProfileName}`;
  if (input.RoleName !== undefined) return identityArn(ctx, 'role', input, String(input.RoleName));
  if (input.GroupName !== undefined) return identityArn(ctx, 'group', input, String(input.GroupName));
  if (input.UserName !== undefined) return identityArn(ctx, 'user', input, String(input.UserName));
  if (input.PolicyArn !== undefined) return String(input.PolicyArn);
  if (input.PolicySourceArn !== undefined) return String(input.PolicySourceArn);
  if (input.OpenIDConnectProviderArn !== undefined) return String(input.OpenIDConnectProviderArn);
  if (input.AWSServiceName !== undefined) return linkedRoleArn(ctx.account, String(input.AWSServiceName)) ?? '*';
  if (operation === 'CreatePolicy') return `${iam}policy${input.Path ?? '/'}${input.PolicyName ?? ''}`;
  if (OWN.has(operation)) return ctx.call.caller.session?.issuerArn ?? ctx.call.caller.arn;
  return '*';
}

/** Without a name they are about the caller. */
const OWN = new Set(['GetUser', 'CreateAccessKey', 'ListAccessKeys', 'UpdateAccessKey', 'DeleteAccessKey']);

function conditions(input: any): Readonly<Record<string, string | undefined>> {
  return { 'iam:policyarn': input.PolicyArn, 'iam:permissionsboundary': input.PermissionsBoundary, 'iam:awsservicename': input.AWSServiceName };
}

/** For every operation of the table. */
export function accessOf(operations: readonly string[]): Readonly<Record<string, Ask>> {
  const entries = operations.map((operation): [string, Ask] => [operation, { resources: (input, ctx) => [resourceOf(input, ctx, operation)], conditions }]);
  return { ...Object.fromEntries(entries), AddRoleToInstanceProfile: { ...Object.fromEntries(entries)['AddRoleToInstanceProfile'], passes: profileRole } };
}

function profileRole(input: any, ctx: IamContext): { to: string; roles: string[] } {
  const known = ctx.store.get(identities, identityKey(ctx.account, 'role', String(input.RoleName ?? '')));
  return { to: 'ec2.amazonaws.com', roles: known === undefined ? [] : [findRole(ctx.store, ctx, known.name).arn] };
}
