// Calls of users, roles and agents, judged as the server does it: service tables, stored policies, AWS's words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPolicies } from '#api/iam/policies.ts';
import { createIamService } from '#api/iam/service.ts';
import { createKmsService } from '#api/kms/service.ts';
import { createLogsService } from '#api/logs/service.ts';
import { createSecretsManagerService } from '#api/secretsmanager/service.ts';
import { createSsmService } from '#api/ssm/service.ts';
import { createEc2Service } from '#api/ec2/service.ts';
import { createEcrService } from '#api/ecr/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { accessKeys } from '#model/account.ts';
import { accountProfiles } from '#model/identity.ts';
import { kmsKeys } from '#model/kms-key.ts';
import { secrets } from '#model/secret.ts';
import { ACCOUNT, awsCall, openEcs } from '#tests/support/api-harness.ts';
import type { AwsCall, Caller, CallerSession } from '#wire/call.ts';
import type { Service } from '#wire/service.ts';
import { createAuthorizer } from './authorize.ts';

const ROOT: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: 'AKIAROOT' };
const ECS = `arn:aws:ecs:us-east-1:${ACCOUNT}`;

async function open() {
  const harness = await openEcs();
  const { store, clock } = harness;
  const policies = createPolicies();
  const deps = { store, clock, random: seededRandom(3), log: silentLogger };
  const iam = createIamService({ ...deps, policies, lastUse: () => undefined });
  // Their handlers are not run here, so what those need is not given.
  const vaulted = { ...deps, vault: undefined as never };
  const others = [createSsmService(vaulted), createSecretsManagerService(vaulted), createKmsService(vaulted), createLogsService({ ...deps, logs: undefined as never }), createEcrService({ ...deps, layers: undefined as never, issueToken: undefined as never }), createEc2Service(deps)];
  const services = new Map<string, Service<any>>([harness.service, iam, ...others].map((service) => [service.name, service]));
  const authorize = createAuthorizer(store, policies);
  const callOf = (caller: Caller, operation: string, more: Partial<AwsCall> = {}): AwsCall => ({ ...awsCall(operation, {}, clock.now()), caller, ...more });

  /** Undefined when allowed, else `<code> <status>: <message>`. */
  const ask = (caller: Caller, action: string, input: object = {}, more: Partial<AwsCall> = {}): string | undefined => {
    const [name = '', operation = ''] = action.split(':');
    const service = services.get(name)!;
    const call = callOf(caller, operation, more);
    const refusal = authorize({ service, operation, input, call, context: service.context(call) });
    return refusal === undefined ? undefined : `${refusal.code} ${refusal.httpStatus}: ${refusal.message}`;
  };
  const run = (operation: string, input: object): any => iam.operations[operation]!.handler(input, iam.context(callOf(ROOT, operation)));
  const user = (name: string, ...statements: object[]): Caller => {
    const { User } = run('CreateUser', { UserName: name, Tags: [{ Key: 'team', Value: 'blue' }] });
    if (statements.length > 0) grant(name, ...statements);
    return { account: ACCOUNT, arn: User.Arn, userId: User.UserId, accessKeyId: `AKIA${name}` };
  };
  const grant = (name: string, ...statements: object[]): void => run('PutUserPolicy', { UserName: name, PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
  return { ...harness, ask, run, user, grant };
}

const allow = (Action: unknown, Resource: unknown = '*', Condition: object = {}): object => ({ Effect: 'Allow', Action, Resource, Condition });

test('nothing is allowed without a policy, and the refusal says why in AWS’s words and the protocol’s code', async () => {
  const { ask, user } = await open();
  const ada = user('ada');
  const { arn } = ada;
  const definition = `${ECS}:task-definition/web:1`;
  assert.equal(ask(ada, 'ecs:RunTask', { taskDefinition: 'web:1' }), `AccessDeniedException 400: User: ${arn} is not authorized to perform: ecs:RunTask on resource: ${definition} because no identity-based policy allows the ecs:RunTask action`);
  assert.match(ask(ada, 'iam:ListUsers')!, /^AccessDenied 403: User: /);
  assert.match(ask(ada, 'ec2:DescribeVpcs')!, /^UnauthorizedOperation 403: You are not authorized to perform this operation\. User: \S+ is not authorized to perform: ec2:DescribeVpcs because/);
  assert.equal(ask(ROOT, 'ecs:RunTask', { taskDefinition: 'web:1' }), undefined);
});

test('a Deny is named as explicit', async () => {
  const { ask, user } = await open();
  const ada = user('ada', allow('*'), { Effect: 'Deny', Action: 'ecs:DeleteCluster', Resource: '*' });
  assert.equal(ask(ada, 'ecs:CreateCluster', { clusterName: 'a' }), undefined);
  assert.match(ask(ada, 'ecs:DeleteCluster', { cluster: 'a' })!, /on resource: \S+:cluster\/a with an explicit deny in an identity-based policy$/);
});

test('a policy for one resource does not open another', async () => {
  const { ask, user } = await open();
  const ada = user('ada', allow('logs:*', `arn:aws:logs:*:${ACCOUNT}:log-group:/app/a:*`), allow('ecs:StopTask', `${ECS}:task/prod/*`), allow('ecr:*', `arn:aws:ecr:*:*:repository/web`));
  assert.equal(ask(ada, 'logs:PutLogEvents', { logGroupName: '/app/a', logStreamName: 's' }), undefined);
  assert.equal(ask(ada, 'logs:FilterLogEvents', { logGroupName: '/app/a' }), undefined);
  assert.match(ask(ada, 'logs:PutLogEvents', { logGroupName: '/app/b', logStreamName: 's' })!, /log-group:\/app\/b:log-stream:s because/);
  assert.match(ask(ada, 'logs:GetLogEvents', { logGroupIdentifier: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/app/b`, logStreamName: 's' })!, /\/app\/b:log-stream:s/);
  assert.equal(ask(ada, 'ecs:StopTask', { cluster: 'prod', task: 'abc' }), undefined);
  assert.match(ask(ada, 'ecs:StopTask', { task: 'abc' })!, /task\/default\/abc/);
  assert.match(ask(ada, 'ecs:StopTask', { cluster: 'prod', task: `${ECS}:task/test/abc` })!, /task\/test\/abc/);
  assert.equal(ask(ada, 'ecr:PutImage', { repositoryName: 'web' }), undefined);
  assert.match(ask(ada, 'ecr:PutImage', { repositoryName: 'db' })!, /repository\/db/);
});

test('every resource that a call names must be allowed', async () => {
  const { ask, user } = await open();
  const ada = user('ada', allow('ecs:DescribeClusters', `${ECS}:cluster/a`));
  assert.equal(ask(ada, 'ecs:DescribeClusters', { clusters: ['a'] }), undefined);
  assert.match(ask(ada, 'ecs:DescribeClusters', { clusters: ['a', 'b'] })!, /cluster\/b/);
});

test('conditions see the call: cluster, tags of request, resource and principal, region, address', async () => {
  const { ask, user, grant, call } = await open();
  const ada = user('ada');
  const asks = (condition: object, action: string, input: object, more: Partial<AwsCall> = {}): boolean => {
    grant('ada', allow(action, '*', condition));
    return ask(ada, action, input, more) === undefined;
  };
  call('CreateCluster', { clusterName: 'a', tags: [{ key: 'stage', value: 'test' }] });
  assert.ok(asks({ ArnEquals: { 'ecs:cluster': `${ECS}:cluster/a` } }, 'ecs:RunTask', { cluster: 'a', taskDefinition: 'x' }));
  assert.ok(!asks({ ArnEquals: { 'ecs:cluster': `${ECS}:cluster/a` } }, 'ecs:RunTask', { cluster: 'b', taskDefinition: 'x' }));
  assert.ok(asks({ StringEquals: { 'aws:RequestTag/stage': 'test' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['stage'] } }, 'ecs:CreateCluster', { tags: [{ key: 'stage', value: 'test' }] }));
  assert.ok(!asks({ StringEquals: { 'aws:RequestTag/stage': 'test' } }, 'ecs:CreateCluster', { tags: [{ key: 'stage', value: 'prod' }] }));
  assert.ok(asks({ StringEquals: { 'aws:ResourceTag/stage': 'test' } }, 'ecs:DeleteCluster', { cluster: 'a' }));
  assert.ok(asks({ StringEquals: { 'ecs:ResourceTag/stage': 'test' } }, 'ecs:DeleteCluster', { cluster: 'a' }));
  assert.ok(!asks({ StringEquals: { 'aws:ResourceTag/stage': 'test' } }, 'ecs:DeleteCluster', { cluster: 'default' }));
  assert.ok(asks({ StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:username': 'ada' } }, 'ecs:ListClusters', {}));
  assert.ok(asks({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'ecs:ListClusters', {}, { sourceIp: '10.1.2.3' }));
  assert.ok(!asks({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, 'ecs:ListClusters', {}));
});

test('roles are passed only by those who may pass them, and only to whom', async () => {
  const { ask, user } = await open();
  const role = `arn:aws:iam::${ACCOUNT}:role/app`;
  const ada = user('ada', allow(['ecs:RegisterTaskDefinition', 'ecs:RunTask']));
  const register = { family: 'web', taskRoleArn: role, executionRoleArn: 'exec' };
  assert.match(ask(ada, 'ecs:RegisterTaskDefinition', register)!, /is not authorized to perform: iam:PassRole on resource: \S+:role\/app because no identity-based policy allows the iam:PassRole action$/);
  assert.equal(ask(ada, 'ecs:RegisterTaskDefinition', { family: 'web' }), undefined);
  assert.match(ask(ada, 'ecs:RunTask', { taskDefinition: 'web', overrides: { taskRoleArn: role } })!, /iam:PassRole/);
  const passes = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
  const bob = user('bob', allow('ecs:*'), allow('iam:PassRole', [role, `arn:aws:iam::${ACCOUNT}:role/exec`], passes));
  assert.equal(ask(bob, 'ecs:RegisterTaskDefinition', register), undefined);
  const eve = user('eve', allow('ecs:*'), allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }));
  assert.match(ask(eve, 'ecs:RegisterTaskDefinition', register)!, /iam:PassRole/);
});

test('a family without a revision is asked about as the one that would run', async () => {
  const { ask, user, call } = await open();
  const definition = { family: 'web', containerDefinitions: [{ name: 'a', image: 'b', memory: 16 }] };
  for (let i = 0; i < 2; i++) call('RegisterTaskDefinition', definition);
  const ada = user('ada', allow('ecs:RunTask', `${ECS}:task-definition/web:1`));
  assert.equal(ask(ada, 'ecs:RunTask', { taskDefinition: 'web:1' }), undefined);
  for (const taskDefinition of ['web', 'web:2', `${ECS}:task-definition/web`]) assert.match(ask(ada, 'ecs:RunTask', { taskDefinition })!, /task-definition\/web:2/);
});

test('parameters, secrets and keys are asked about by name, with the policies they have of their own', async () => {
  const { ask, user, store } = await open();
  const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${rest}`;
  const scope = { account: ACCOUNT, region: 'us-east-1' };
  const statement = (more: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Resource: '*', ...more }] });
  const ada = user('ada', allow('ssm:GetParameter*', arn('ssm', 'parameter/app/*')), allow('kms:Decrypt'));
  assert.equal(ask(ada, 'ssm:GetParameter', { Name: '/app/db' }), undefined);
  assert.equal(ask(ada, 'ssm:GetParameters', { Names: ['/app/db:3', arn('ssm', 'parameter/app/x:label')] }), undefined);
  assert.match(ask(ada, 'ssm:GetParameters', { Names: ['/app/db', '/other/db'] })!, /parameter\/other\/db because/);
  assert.match(ask(ada, 'ssm:GetParametersByPath', { Path: '/other/' })!, /parameter\/other\/ because/);

  const secret = arn('secretsmanager', 'secret:db-AbCdEf');
  const grant = statement({ Effect: 'Allow', Principal: { AWS: ada.arn }, Action: 'secretsmanager:GetSecretValue' });
  store.transact((tx) => tx.put(secrets, { ...scope, arn: secret, name: 'db', tags: [], createdAt: 0, changedAt: 0, policy: grant }));
  assert.equal(ask(ada, 'secretsmanager:GetSecretValue', { SecretId: 'db' }), undefined);
  assert.match(ask(ada, 'secretsmanager:PutSecretValue', { SecretId: 'db' })!, /secret:db-AbCdEf because no identity-based policy/);

  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const put = (policy: string): void => store.transact((tx) => tx.put(kmsKeys, { ...scope, arn: arn('kms', `key/${id}`), id, manager: 'CUSTOMER', description: '', state: 'Enabled', createdAt: 0, policy, tags: [], sealed: '' }));
  put(statement({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*' }));
  assert.equal(ask(ada, 'kms:Decrypt', { KeyId: id }), undefined);
  assert.match(ask(ada, 'kms:Encrypt', { KeyId: id })!, /no identity-based policy allows the kms:Encrypt/);
  put(statement({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` }, Action: 'kms:*' }));
  assert.match(ask(ada, 'kms:Decrypt', { KeyId: id })!, /because no resource-based policy allows the kms:Decrypt action$/);
});

test('an agent may do what agents do, and nothing else', async () => {
  const { ask, store } = await open();
  const arn = `arn:aws:iam::${ACCOUNT}:user/longshore-agent`;
  store.transact((tx) => tx.put(accessKeys, { accessKeyId: 'AKIAAGENT', secretAccessKey: 's', account: ACCOUNT, principalArn: arn, userId: 'AIDAX', kind: 'agent', createdAt: 0 }));
  const agent: Caller = { account: '123456789012', arn, userId: 'AIDAX', accessKeyId: 'AKIAAGENT' };
  for (const action of ['ecs:SubmitTaskStateChange', 'ecs:RegisterContainerInstance', 'ecs:DiscoverPollEndpoint', 'logs:PutLogEvents', 'ecr:GetAuthorizationToken']) {
    assert.equal(ask(agent, action, { cluster: 'default', logGroupName: 'a', logStreamName: 'b' }), undefined, action);
  }
  for (const action of ['ecs:RunTask', 'ecs:DeleteCluster', 'ecs:DescribeTaskDefinition', 'iam:CreateUser', 'iam:CreateAccessKey', 'logs:GetLogEvents', 'ecr:PutImage', 'ec2:DescribeVpcs']) {
    assert.match(ask(agent, action, {}) ?? 'allowed', /not authorized/, action);
  }
});

test('a session has the policies of its role, within its session policy, as long as the role is the same', async () => {
  const { ask, run } = await open();
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }] });
  const make = (): any => run('CreateRole', { RoleName: 'app', AssumeRolePolicyDocument: trust }).Role;
  const role = make();
  run('PutRolePolicy', { RoleName: 'app', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: allow('ecs:*') }) });
  const session: CallerSession = { kind: 'role', issuerArn: role.Arn, issuerId: role.RoleId, name: 'one', policyArns: [], tags: {}, transitiveTagKeys: [], issuedAt: 0, expiresAt: 1e15 };
  const caller: Caller = { account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`, userId: `${role.RoleId}:one`, accessKeyId: 'ASIA1', session };
  assert.equal(ask(caller, 'ecs:ListClusters'), undefined);
  assert.match(ask(caller, 'iam:ListUsers')!, /^AccessDenied 403: User: arn:aws:sts::\d+:assumed-role\/app\/one is not authorized/);
  const limited = { ...caller, session: { ...session, policy: JSON.stringify({ Version: '2012-10-17', Statement: allow('logs:*') }) } };
  assert.match(ask(limited, 'ecs:ListClusters')!, /because no session policy allows the ecs:ListClusters action$/);
  run('DeleteRolePolicy', { RoleName: 'app', PolicyName: 'p' });
  run('DeleteRole', { RoleName: 'app' });
  make();
  run('PutRolePolicy', { RoleName: 'app', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: allow('ecs:*') }) });
  assert.match(ask(caller, 'ecs:ListClusters')!, /no identity-based policy/);
});

test('credentials of GetSessionToken do not reach IAM', async () => {
  const { ask } = await open();
  const session: CallerSession = { kind: 'root', issuerArn: ROOT.arn, issuerId: ACCOUNT, name: '', policyArns: [], tags: {}, transitiveTagKeys: [], issuedAt: 0, expiresAt: 1e15 };
  assert.match(ask({ ...ROOT, session }, 'iam:CreateUser', { UserName: 'x' })!, /^AccessDenied/);
  assert.equal(ask({ ...ROOT, session }, 'ecs:ListClusters'), undefined);
});

test('a boundary limits a user; a guardrail limits even root; a group’s policy reaches its users', async () => {
  const { ask, run, user, store } = await open();
  const bound = run('CreatePolicy', { PolicyName: 'b', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: allow('ecs:*') }) }).Policy.Arn;
  const ada = user('ada');
  run('CreateGroup', { GroupName: 'g' });
  run('AddUserToGroup', { GroupName: 'g', UserName: 'ada' });
  run('AttachGroupPolicy', { GroupName: 'g', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  assert.equal(ask(ada, 'iam:ListUsers'), undefined);
  run('PutUserPermissionsBoundary', { UserName: 'ada', PermissionsBoundary: bound });
  assert.match(ask(ada, 'iam:ListUsers')!, /because no permissions boundary allows the iam:ListUsers action$/);
  assert.equal(ask(ada, 'ecs:ListClusters'), undefined);
  store.transact((tx) => tx.put(accountProfiles, { account: ACCOUNT, createdAt: 0, guardrail: JSON.stringify({ Version: '2012-10-17', Statement: [allow('ecs:*')] }) }));
  assert.match(ask(ROOT, 'iam:ListUsers')!, /because no service control policy allows/);
  assert.equal(ask(ROOT, 'ecs:ListClusters'), undefined);
});

test('who runs a task must be allowed to pass the roles of its definition; who makes a service, those that it hands to ECS', async () => {
  const { ask, user, call } = await open();
  const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  call('RegisterTaskDefinition', { family: 'web', taskRoleArn: role('app'), executionRoleArn: role('exec'), containerDefinitions: [{ name: 'a', image: 'a', memory: 64 }] });
  const ann = user('ann', allow(['ecs:*']), allow('iam:PassRole', role('exec'), { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }));
  assert.match(ask(ann, 'ecs:RunTask', { taskDefinition: 'web' })!, /iam:PassRole on resource: .*role\/app/);
  assert.match(ask(ann, 'ecs:StartTask', { taskDefinition: 'web:1', overrides: {} })!, /role\/app/);
  // What an override puts in its place is not passed.
  assert.equal(ask(ann, 'ecs:RunTask', { taskDefinition: 'web', overrides: { taskRoleArn: role('exec') } }), undefined);
  assert.match(ask(ann, 'ecs:CreateService', { serviceName: 's', loadBalancers: [{ advancedConfiguration: { roleArn: role('balancer') } }] })!, /iam:PassRole on resource: .*role\/balancer/);
  assert.match(ask(ann, 'ecs:UpdateService', { service: 's', deploymentConfiguration: { lifecycleHooks: [{ roleArn: role('hook') }] } })!, /role\/hook/);
});

test('a call that stands for several is asked about as each: ReEncrypt, BatchGetSecretValue', async () => {
  const { ask, user, store } = await open();
  const scope = { account: ACCOUNT, region: 'us-east-1' };
  const key = (id: string): string => {
    const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${id}`;
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' }] });
    store.transact((tx) => tx.put(kmsKeys, { ...scope, arn, id, manager: 'CUSTOMER', description: '', state: 'Enabled', createdAt: 0, policy, tags: [], sealed: '' }));
    return arn;
  };
  const [from, to] = [key('00000000-0000-4000-8000-000000000001'), key('00000000-0000-4000-8000-000000000002')];
  const ann = user('ann', allow('kms:ReEncryptFrom', from), allow('kms:*', to));
  assert.equal(ask(ann, 'kms:ReEncrypt', { SourceKeyId: from, DestinationKeyId: to }), undefined);
  assert.match(ask(ann, 'kms:ReEncrypt', { SourceKeyId: from, DestinationKeyId: from })!, /kms:ReEncryptTo/);
  assert.equal(ask(ann, 'kms:ReEncrypt', { SourceKeyId: to, DestinationKeyId: to }), undefined);
  assert.match(ask(user('bob', allow('kms:ReEncryptTo')), 'kms:ReEncrypt', { SourceKeyId: from, DestinationKeyId: to })!, /kms:ReEncryptFrom/);

  for (const name of ['open', 'closed']) store.transact((tx) => tx.put(secrets, { ...scope, arn: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:${name}-AbCdEf`, name, tags: [], createdAt: 0, changedAt: 0 }));
  const cid = user('cid', allow('secretsmanager:BatchGetSecretValue'), allow('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:*:*:secret:open-*`));
  assert.equal(ask(cid, 'secretsmanager:BatchGetSecretValue', { SecretIdList: ['open'] }), undefined);
  assert.match(ask(cid, 'secretsmanager:BatchGetSecretValue', { SecretIdList: ['open', 'closed'] })!, /secretsmanager:GetSecretValue on resource: .*secret:closed/);
  assert.match(ask(cid, 'secretsmanager:BatchGetSecretValue', { Filters: [{ Key: 'name', Values: ['c'] }] })!, /secret:closed/);
});

test('task sets, deployments, certificates’ and networks’ operations are asked about what they name', async () => {
  const { ask, user } = await open();
  const one = `arn:aws:ec2:us-east-1:${ACCOUNT}:security-group/sg-1`;
  const ann = user('ann', allow('ec2:AuthorizeSecurityGroupIngress', one), allow('ecs:StopServiceDeployment', `${ECS}:service-deployment/prod/*`), allow('ecs:DeleteTaskSet', `${ECS}:task-set/default/web/*`));
  assert.equal(ask(ann, 'ec2:AuthorizeSecurityGroupIngress', { GroupId: 'sg-1' }), undefined);
  assert.match(ask(ann, 'ec2:AuthorizeSecurityGroupIngress', { GroupId: 'sg-2' })!, /security-group\/sg-2/);
  assert.match(ask(ann, 'ec2:DeleteVpc', { VpcId: 'vpc-1' })!, /vpc\/vpc-1/);
  assert.equal(ask(ann, 'ecs:StopServiceDeployment', { serviceDeploymentArn: `${ECS}:service-deployment/prod/web/1` }), undefined);
  assert.match(ask(ann, 'ecs:StopServiceDeployment', { serviceDeploymentArn: `${ECS}:service-deployment/test/web/1` })!, /not authorized/);
  assert.equal(ask(ann, 'ecs:DeleteTaskSet', { cluster: 'default', service: 'web', taskSet: 'ecs-svc/1' }), undefined);
  assert.match(ask(ann, 'ecs:DeleteTaskSet', { cluster: 'default', service: 'api', taskSet: 'ecs-svc/1' })!, /task-set\/default\/api/);
});

test('more things than any operation takes are refused at once; what is longer than an ARN is the name of nothing', async () => {
  const { ask, user } = await open();
  const ann = user('ann', allow('ecs:DescribeTasks', `${ECS}:task/*`), allow('ecs:ListTagsForResource'));
  const tasks = Array.from({ length: 1_001 }, (_, i) => `${ECS}:task/default/${i}`);
  assert.equal(ask(ann, 'ecs:DescribeTasks', { tasks: tasks.slice(1) }), undefined);
  assert.match(ask(ann, 'ecs:DescribeTasks', { tasks })!, /on more than 1000 resources at once/);
  assert.match(ask(ann, 'ecs:DescribeTasks', { tasks: [`${ECS}:task/${'x'.repeat(5_000)}`] })!, /on resource: \* because/);
  assert.equal(ask(ann, 'ecs:ListTagsForResource', { resourceArn: 'x'.repeat(5_000) }), undefined);
});
