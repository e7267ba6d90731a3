// Users, groups, roles and what they hold: made, listed, changed, refused in IAM's words, and deleted in the right order only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessKeys } from '#model/account.ts';
import type { AwsError } from '#wire/aws-error.ts';
import { ACCOUNT, document, openIam, READ_ALL, TRUST_TASKS } from './iam.fixture.ts';

function refused(work: () => unknown, code: string, message: RegExp): void {
  assert.throws(work, (error: AwsError) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

test('a user is made once, found whatever the case, renamed and deleted', async () => {
  const { call } = await openIam();
  const { User } = call('CreateUser', { UserName: 'Ada', Path: '/team/', Tags: [{ Key: 'team', Value: 'a' }] });
  assert.equal(User.Arn, `arn:aws:iam::${ACCOUNT}:user/team/Ada`);
  assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/);
  refused(() => call('CreateUser', { UserName: 'ada' }), 'EntityAlreadyExists', /^User with name ada already exists\.$/);
  assert.equal(call('GetUser', { UserName: 'ADA' }).User.UserId, User.UserId);
  call('UpdateUser', { UserName: 'Ada', NewUserName: 'Eve', NewPath: '/' });
  assert.equal(call('GetUser', { UserName: 'eve' }).User.Arn, `arn:aws:iam::${ACCOUNT}:user/Eve`);
  refused(() => call('GetUser', { UserName: 'Ada' }), 'NoSuchEntity', /^The user with name Ada cannot be found\.$/);
  call('DeleteUser', { UserName: 'Eve' });
  assert.deepEqual(call('ListUsers').Users, []);
});

test('the name of the agents’ key is nobody’s to take', async () => {
  const { call, store } = await openIam();
  const principalArn = `arn:aws:iam::${ACCOUNT}:user/longshore-agent`;
  store.transact((tx) => tx.put(accessKeys, { accessKeyId: 'AKIAAGENT', secretAccessKey: 's', account: ACCOUNT, principalArn, userId: 'AIDAX', kind: 'agent', createdAt: 0 }));
  refused(() => call('CreateUser', { UserName: 'longshore-agent' }), 'EntityAlreadyExists', /longshore-agent/);
  call('CreateUser', { UserName: 'ada' });
  refused(() => call('UpdateUser', { UserName: 'ada', NewUserName: 'longshore-agent' }), 'EntityAlreadyExists', /longshore-agent/);
  call('UpdateUser', { UserName: 'ada', NewPath: '/x/' });
});

test('names and paths are checked', async () => {
  const { call } = await openIam();
  refused(() => call('CreateUser', { UserName: 'a b' }), 'ValidationError', /The specified value for userName is invalid/);
  refused(() => call('CreateRole', { RoleName: 'x'.repeat(65), AssumeRolePolicyDocument: TRUST_TASKS }), 'ValidationError', /less than or equal to 64/);
  refused(() => call('CreateUser', { UserName: 'a', Path: 'team' }), 'ValidationError', /path/);
  refused(() => call('CreateUser', { UserName: 'a', Tags: [{ Key: 'k', Value: '1' }, { Key: 'K', Value: '2' }] }), 'InvalidInput', /Duplicate tag keys/);
});

test('a trust policy is checked: its form, its actions, and that its users exist', async () => {
  const { call } = await openIam();
  const make = (trust: string): unknown => call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust });
  refused(() => make('{'), 'MalformedPolicyDocument', /Syntax errors in policy\./);
  refused(() => make(READ_ALL), 'MalformedPolicyDocument', /Missing required field Principal/);
  refused(() => make(document({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/none` }, Action: 'sts:AssumeRole' })), 'MalformedPolicyDocument', /Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user\/none"/);
  refused(() => make(document({ Effect: 'Allow', Principal: '*', Action: 'ecs:*' })), 'MalformedPolicyDocument', /may only specify STS AssumeRole actions/);
  assert.equal((make(TRUST_TASKS) as any).Role.MaxSessionDuration, 3600);
  refused(() => call('UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: READ_ALL }), 'MalformedPolicyDocument', /Principal/);
});

test('a role holding anything is not deleted', async () => {
  const { call } = await openIam();
  call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: TRUST_TASKS });
  call('CreateInstanceProfile', { InstanceProfileName: 'p' });
  call('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'r' });
  refused(() => call('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'r' }), 'LimitExceeded', /InstanceSessionsPerInstanceProfile: 1/);
  call('AttachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
  call('PutRolePolicy', { RoleName: 'r', PolicyName: 'in', PolicyDocument: READ_ALL });
  refused(() => call('DeleteRole', { RoleName: 'r' }), 'DeleteConflict', /must remove roles from instance profile first/);
  call('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'p', RoleName: 'r' });
  refused(() => call('DeleteRole', { RoleName: 'r' }), 'DeleteConflict', /must detach all policies first/);
  call('DetachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
  refused(() => call('DeleteRole', { RoleName: 'r' }), 'DeleteConflict', /must delete policies first/);
  call('DeleteRolePolicy', { RoleName: 'r', PolicyName: 'in' });
  refused(() => call('DeleteRolePolicy', { RoleName: 'r', PolicyName: 'in' }), 'NoSuchEntity', /^The role policy with name in cannot be found\.$/);
  call('DeleteRole', { RoleName: 'r' });
  refused(() => call('GetRole', { RoleName: 'r' }), 'NoSuchEntity', /^The role with name r cannot be found\.$/);
});

test('managed policies have up to five versions, one in force, and are not deleted in use', async () => {
  const { call } = await openIam();
  const { Policy } = call('CreatePolicy', { PolicyName: 'p', PolicyDocument: READ_ALL });
  refused(() => call('CreatePolicy', { PolicyName: 'P', PolicyDocument: READ_ALL }), 'EntityAlreadyExists', /A policy called P already exists/);
  for (let i = 0; i < 4; i++) call('CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument: READ_ALL, SetAsDefault: i === 3 });
  refused(() => call('CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument: READ_ALL }), 'LimitExceeded', /up to 5 versions/);
  assert.equal(call('GetPolicy', { PolicyArn: Policy.Arn }).Policy.DefaultVersionId, 'v5');
  refused(() => call('DeletePolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v5' }), 'DeleteConflict', /default version/);
  call('DeletePolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v4' });
  assert.equal(call('CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument: READ_ALL }).PolicyVersion.VersionId, 'v6');
  call('CreateGroup', { GroupName: 'g' });
  call('AttachGroupPolicy', { GroupName: 'g', PolicyArn: Policy.Arn });
  refused(() => call('DeletePolicy', { PolicyArn: Policy.Arn }), 'DeleteConflict', /attached to entities/);
  assert.deepEqual(call('ListEntitiesForPolicy', { PolicyArn: Policy.Arn }).PolicyGroups.map((one: any) => one.GroupName), ['g']);
  call('DetachGroupPolicy', { GroupName: 'g', PolicyArn: Policy.Arn });
  refused(() => call('DeletePolicy', { PolicyArn: Policy.Arn }), 'DeleteConflict', /more than one version/);
  refused(() => call('AttachGroupPolicy', { GroupName: 'g', PolicyArn: `${Policy.Arn}x` }), 'NoSuchEntity', /does not exist or is not attachable/);
  refused(() => call('CreatePolicy', { PolicyName: 'big', PolicyDocument: document({ Effect: 'Allow', Action: Array.from({ length: 700 }, (_, i) => `ecs:Action${i}`), Resource: '*' }) }), 'LimitExceeded', /PolicySize: 6144/);
});

test('AWS managed policies are there for everybody and change for nobody', async () => {
  const { call } = await openIam();
  const arn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
  const version = call('GetPolicyVersion', { PolicyArn: arn, VersionId: 'v1' }).PolicyVersion;
  assert.match(decodeURIComponent(version.Document), /ecr:GetAuthorizationToken/);
  refused(() => call('DeletePolicy', { PolicyArn: arn }), 'InvalidInput', /managed by AWS/);
  assert.ok(call('ListPolicies', { Scope: 'AWS' }).Policies.some((policy: any) => policy.Arn === arn));
  assert.deepEqual(call('ListPolicies', { Scope: 'Local' }).Policies, []);
});

test('groups have users, and neither goes while they are together', async () => {
  const { call } = await openIam();
  call('CreateGroup', { GroupName: 'g' });
  call('CreateUser', { UserName: 'ada' });
  call('AddUserToGroup', { GroupName: 'g', UserName: 'ada' });
  refused(() => call('DeleteGroup', { GroupName: 'g' }), 'DeleteConflict', /remove users from group first/);
  refused(() => call('DeleteUser', { UserName: 'ada' }), 'DeleteConflict', /remove users from group first/);
  call('UpdateGroup', { GroupName: 'g', NewGroupName: 'h' });
  assert.deepEqual(call('GetGroup', { GroupName: 'h' }).Users.map((user: any) => user.UserName), ['ada']);
  assert.deepEqual(call('ListGroupsForUser', { UserName: 'ada' }).Groups.map((group: any) => group.GroupName), ['h']);
  call('RemoveUserFromGroup', { GroupName: 'h', UserName: 'ada' });
  call('DeleteGroup', { GroupName: 'h' });
});

test('a user has two keys at most; they are switched off and deleted', async () => {
  const { call } = await openIam();
  call('CreateUser', { UserName: 'ada' });
  const { AccessKey } = call('CreateAccessKey', { UserName: 'ada' });
  assert.match(AccessKey.AccessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.equal(AccessKey.SecretAccessKey.length, 40);
  call('CreateAccessKey', { UserName: 'ada' });
  refused(() => call('CreateAccessKey', { UserName: 'ada' }), 'LimitExceeded', /AccessKeysPerUser: 2/);
  call('UpdateAccessKey', { UserName: 'ada', AccessKeyId: AccessKey.AccessKeyId, Status: 'Inactive' });
  const listed = call('ListAccessKeys', { UserName: 'ada' }).AccessKeyMetadata;
  assert.deepEqual(listed.map((key: any) => key.Status).sort(), ['Active', 'Inactive']);
  assert.ok(!JSON.stringify(listed).includes(AccessKey.SecretAccessKey));
  refused(() => call('DeleteUser', { UserName: 'ada' }), 'DeleteConflict', /delete access keys first/);
  for (const key of listed) call('DeleteAccessKey', { UserName: 'ada', AccessKeyId: key.AccessKeyId });
  refused(() => call('DeleteAccessKey', { UserName: 'ada', AccessKeyId: AccessKey.AccessKeyId }), 'NoSuchEntity', /Access Key with id/);
  call('DeleteUser', { UserName: 'ada' });
});

test('a service-linked role is the service’s: nobody else changes it', async () => {
  const { call } = await openIam();
  const { Role } = call('CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' });
  assert.equal(Role.Arn, `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`);
  refused(() => call('CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' }), 'InvalidInput', /has been taken in this account/);
  refused(() => call('PutRolePolicy', { RoleName: 'AWSServiceRoleForECS', PolicyName: 'p', PolicyDocument: READ_ALL }), 'UnmodifiableEntity', /only modifiable by AWS/);
  refused(() => call('DeleteRole', { RoleName: 'AWSServiceRoleForECS' }), 'UnmodifiableEntity', /protected role/);
  const { DeletionTaskId } = call('DeleteServiceLinkedRole', { RoleName: 'AWSServiceRoleForECS' });
  assert.equal(call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }).Status, 'SUCCEEDED');
  refused(() => call('CreateServiceLinkedRole', { AWSServiceName: 'none.amazonaws.com' }), 'InvalidInput', /none\.amazonaws\.com/);
});

test('boundaries are set, shown, counted and taken away', async () => {
  const { call } = await openIam();
  const { Policy } = call('CreatePolicy', { PolicyName: 'b', PolicyDocument: READ_ALL });
  call('CreateUser', { UserName: 'ada', PermissionsBoundary: Policy.Arn });
  assert.equal(call('GetUser', { UserName: 'ada' }).User.PermissionsBoundary.PermissionsBoundaryArn, Policy.Arn);
  assert.equal(call('GetPolicy', { PolicyArn: Policy.Arn }).Policy.PermissionsBoundaryUsageCount, 1);
  refused(() => call('DeletePolicy', { PolicyArn: Policy.Arn }), 'DeleteConflict', /attached/);
  call('DeleteUserPermissionsBoundary', { UserName: 'ada' });
  call('DeletePolicy', { PolicyArn: Policy.Arn });
});

test('a simulation says what would be allowed, by the policies of a principal or by given ones', async () => {
  const { call } = await openIam();
  call('CreateUser', { UserName: 'ada' });
  call('PutUserPolicy', { UserName: 'ada', PolicyName: 'p', PolicyDocument: document({ Effect: 'Allow', Action: 'ecs:*', Resource: '*' }, { Effect: 'Deny', Action: 'ecs:Delete*', Resource: '*' }) });
  const decisions = (results: any): string[] => results.EvaluationResults.map((result: any) => result.EvalDecision);
  const ActionNames = ['ecs:RunTask', 'ecs:DeleteCluster', 'iam:GetUser'];
  assert.deepEqual(decisions(call('SimulatePrincipalPolicy', { PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/ada`, ActionNames })), ['allowed', 'explicitDeny', 'implicitDeny']);
  const PolicyInputList = [document({ Effect: 'Allow', Action: 'ecs:*', Resource: '*', Condition: { StringEquals: { 'ecs:cluster': 'c' } } })];
  const custom = call('SimulateCustomPolicy', { PolicyInputList, ActionNames: ['ecs:RunTask'] });
  assert.deepEqual([decisions(custom), custom.EvaluationResults[0].MissingContextValues], [['implicitDeny'], ['ecs:cluster']]);
  const ContextEntries = [{ ContextKeyName: 'ecs:cluster', ContextKeyValues: ['c'], ContextKeyType: 'string' }];
  assert.deepEqual(decisions(call('SimulateCustomPolicy', { PolicyInputList, ActionNames: ['ecs:RunTask'], ContextEntries })), ['allowed']);
  refused(() => call('SimulateCustomPolicy', { PolicyInputList: ['{'], ActionNames: ['ecs:RunTask'] }), 'InvalidInput', /Syntax errors/);
  assert.deepEqual(call('GetContextKeysForCustomPolicy', { PolicyInputList }).ContextKeyNames, ['ecs:cluster']);
});

test('lists come in pages, each entry once', async () => {
  const { call } = await openIam();
  for (let i = 0; i < 7; i++) call('CreateUser', { UserName: `u${i}` });
  const seen: string[] = [];
  let Marker: string | undefined;
  do {
    const page = call('ListUsers', { MaxItems: 3, ...(Marker === undefined ? {} : { Marker }) });
    seen.push(...page.Users.map((user: any) => user.UserName));
    ({ Marker } = page);
    assert.equal(page.IsTruncated, Marker !== undefined);
  } while (Marker !== undefined);
  assert.deepEqual(seen, ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6']);
  refused(() => call('ListUsers', { Marker: 'x' }), 'ValidationError', /Marker/);
});

test('tags are added, listed and removed whatever their case', async () => {
  const { call } = await openIam();
  call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: TRUST_TASKS });
  call('TagRole', { RoleName: 'r', Tags: [{ Key: 'Team', Value: 'a' }] });
  call('TagRole', { RoleName: 'r', Tags: [{ Key: 'team', Value: 'b' }, { Key: 'x', Value: '1' }] });
  assert.deepEqual(call('ListRoleTags', { RoleName: 'r' }).Tags, [{ Key: 'team', Value: 'b' }, { Key: 'x', Value: '1' }]);
  call('UntagRole', { RoleName: 'r', TagKeys: ['TEAM'] });
  assert.deepEqual(call('ListRoleTags', { RoleName: 'r' }).Tags, [{ Key: 'x', Value: '1' }]);
});

test('an account sees itself whole, and not another', async () => {
  const { call } = await openIam();
  call('CreateUser', { UserName: 'ada' });
  call('CreateAccountAlias', { AccountAlias: 'mine' });
  const details = call('GetAccountAuthorizationDetails');
  assert.deepEqual(details.UserDetailList.map((user: any) => user.UserName), ['ada']);
  assert.equal(call('GetAccountSummary').SummaryMap.Users, 1);
  const other = { account: '999999999999', arn: 'arn:aws:iam::999999999999:root', userId: '999999999999', accessKeyId: 'AKIAOTHER' };
  assert.deepEqual(call('ListUsers', {}, other).Users, []);
  refused(() => call('GetUser', { UserName: 'ada' }, other), 'NoSuchEntity', /ada/);
  refused(() => call('CreateAccountAlias', { AccountAlias: 'mine' }, other), 'EntityAlreadyExists', /mine/);
});

test('an operation that is not there yet says so by name', async () => {
  const { call } = await openIam();
  refused(() => call('CreateLoginProfile', { UserName: 'a' }), 'NotSupportedService', /CreateLoginProfile/);
});
