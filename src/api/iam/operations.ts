// Every IAM operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation, OperationSchema } from '#wire/service.ts';
import { unsupported } from '../unsupported.ts';
import * as keys from './access-keys.ts';
import * as account from './account.ts';
import type { IamContext } from './context.ts';
import * as groups from './groups.ts';
import * as held from './held-policies.ts';
import * as profiles from './instance-profiles.ts';
import * as policies from './managed-policies.ts';
import * as providers from './oidc-providers.ts';
import * as versions from './policy-versions.ts';
import * as roles from './roles.ts';
import * as linked from './service-linked-roles.ts';
import * as shapes from './shapes.ts';
import type { IamOperationName } from './shapes.ts';
import * as simulations from './simulate.ts';
import * as tags from './tags.ts';
import * as users from './users.ts';

type Handler = Operation<IamContext>['handler'];

const HANDLERS = {
  AddClientIDToOpenIDConnectProvider: providers.addClientId,
  AddRoleToInstanceProfile: profiles.addRoleToInstanceProfile,
  AddUserToGroup: groups.addUserToGroup,
  AttachGroupPolicy: held.attachPolicy('group'),
  AttachRolePolicy: held.attachPolicy('role'),
  AttachUserPolicy: held.attachPolicy('user'),
  CreateAccessKey: keys.createAccessKey,
  CreateAccountAlias: account.createAccountAlias,
  CreateGroup: groups.createGroup,
  CreateInstanceProfile: profiles.createInstanceProfile,
  CreateOpenIDConnectProvider: providers.createOpenIdConnectProvider,
  CreatePolicy: policies.createPolicy,
  CreatePolicyVersion: versions.createPolicyVersion,
  CreateRole: roles.createRole,
  CreateServiceLinkedRole: linked.createServiceLinkedRole,
  CreateUser: users.createUser,
  DeleteAccessKey: keys.deleteAccessKey,
  DeleteAccountAlias: account.deleteAccountAlias,
  DeleteGroup: groups.deleteGroup,
  DeleteGroupPolicy: held.deleteHeldPolicy('group'),
  DeleteInstanceProfile: profiles.deleteInstanceProfile,
  DeleteOpenIDConnectProvider: providers.deleteOpenIdConnectProvider,
  DeletePolicy: policies.deletePolicy,
  DeletePolicyVersion: versions.deletePolicyVersion,
  DeleteRole: roles.deleteRole,
  DeleteRolePermissionsBoundary: held.deleteBoundary('role'),
  DeleteRolePolicy: held.deleteHeldPolicy('role'),
  DeleteServiceLinkedRole: linked.deleteServiceLinkedRole,
  DeleteUser: users.deleteUser,
  DeleteUserPermissionsBoundary: held.deleteBoundary('user'),
  DeleteUserPolicy: held.deleteHeldPolicy('user'),
  DetachGroupPolicy: held.detachPolicy('group'),
  DetachRolePolicy: held.detachPolicy('role'),
  DetachUserPolicy: held.detachPolicy('user'),
  GetAccessKeyLastUsed: keys.getAccessKeyLastUsed,
  GetAccountAuthorizationDetails: account.getAccountAuthorizationDetails,
  GetAccountSummary: account.getAccountSummary,
  GetContextKeysForCustomPolicy: simulations.getContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy: simulations.getContextKeysForPrincipalPolicy,
  GetGroup: groups.getGroup,
  GetGroupPolicy: held.getHeldPolicy('group'),
  GetInstanceProfile: profiles.getInstanceProfile,
  GetOpenIDConnectProvider: providers.getOpenIdConnectProvider,
  GetPolicy: policies.getPolicy,
  GetPolicyVersion: versions.getPolicyVersion,
  GetRole: roles.getRole,
  GetRolePolicy: held.getHeldPolicy('role'),
  GetServiceLinkedRoleDeletionStatus: linked.getServiceLinkedRoleDeletionStatus,
  GetUser: users.getUser,
  GetUserPolicy: held.getHeldPolicy('user'),
  ListAccessKeys: keys.listAccessKeys,
  ListAccountAliases: account.listAccountAliases,
  ListAttachedGroupPolicies: held.listAttached('group'),
  ListAttachedRolePolicies: held.listAttached('role'),
  ListAttachedUserPolicies: held.listAttached('user'),
  ListEntitiesForPolicy: policies.listEntitiesForPolicy,
  ListGroupPolicies: held.listHeldPolicies('group'),
  ListGroups: groups.listGroups,
  ListGroupsForUser: groups.listGroupsForUser,
  ListInstanceProfileTags: tags.profileTags.list,
  ListInstanceProfiles: profiles.listInstanceProfiles,
  ListInstanceProfilesForRole: profiles.listInstanceProfilesForRole,
  ListOpenIDConnectProviderTags: tags.providerTags.list,
  ListOpenIDConnectProviders: providers.listOpenIdConnectProviders,
  ListPolicies: policies.listPolicies,
  ListPolicyTags: tags.policyTags.list,
  ListPolicyVersions: versions.listPolicyVersions,
  ListRolePolicies: held.listHeldPolicies('role'),
  ListRoleTags: tags.roleTags.list,
  ListRoles: roles.listRoles,
  ListUserPolicies: held.listHeldPolicies('user'),
  ListUserTags: tags.userTags.list,
  ListUsers: users.listUsers,
  PutGroupPolicy: held.putPolicy('group'),
  PutRolePermissionsBoundary: held.putBoundary('role'),
  PutRolePolicy: held.putPolicy('role'),
  PutUserPermissionsBoundary: held.putBoundary('user'),
  PutUserPolicy: held.putPolicy('user'),
  RemoveClientIDFromOpenIDConnectProvider: providers.removeClientId,
  RemoveRoleFromInstanceProfile: profiles.removeRoleFromInstanceProfile,
  RemoveUserFromGroup: groups.removeUserFromGroup,
  SetDefaultPolicyVersion: versions.setDefaultPolicyVersion,
  SimulateCustomPolicy: simulations.simulateCustomPolicy,
  SimulatePrincipalPolicy: simulations.simulatePrincipalPolicy,
  TagInstanceProfile: tags.profileTags.tag,
  TagOpenIDConnectProvider: tags.providerTags.tag,
  TagPolicy: tags.policyTags.tag,
  TagRole: tags.roleTags.tag,
  TagUser: tags.userTags.tag,
  UntagInstanceProfile: tags.profileTags.untag,
  UntagOpenIDConnectProvider: tags.providerTags.untag,
  UntagPolicy: tags.policyTags.untag,
  UntagRole: tags.roleTags.untag,
  UntagUser: tags.userTags.untag,
  UpdateAccessKey: keys.updateAccessKey,
  UpdateAssumeRolePolicy: roles.updateAssumeRolePolicy,
  UpdateGroup: groups.updateGroup,
  UpdateOpenIDConnectProviderThumbprint: providers.updateThumbprints,
  UpdateRole: roles.updateRole,
  UpdateRoleDescription: roles.updateRoleDescription,
  UpdateUser: users.updateUser,
} satisfies Partial<Record<IamOperationName, Handler>>;

// The names come from the SDK itself: every command it exports.
const NAMES = Object.keys(shapes).flatMap((name) => (name.endsWith('Command') && !name.startsWith('$') ? [name.slice(0, -'Command'.length)] : []));
const SCHEMAS = shapes as unknown as Readonly<Record<string, OperationSchema>>;

function operation(name: string): Operation<IamContext> {
  const schema = SCHEMAS[`${name}$`] ?? [];
  const handler = (HANDLERS as Readonly<Record<string, Handler>>)[name];
  return handler === undefined ? unsupported(schema, name, 'NotSupportedService') : { schema, handler };
}

export const OPERATIONS = Object.fromEntries(NAMES.map((name) => [name, operation(name)])) as Record<IamOperationName, Operation<IamContext>>;
