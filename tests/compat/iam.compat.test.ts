// IAM and STS with the AWS CLI, boto3 and the SDK for JavaScript against a running server: what users, roles and sessions may do,
// and that accounts see nothing of one another.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, CreateUserCommand, IAMClient, ListUsersCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createSessions } from '#api/sts/sessions.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { loadServerSecret } from '#app/bootstrap.ts';
import { account } from '#cli/account.ts';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { findMasterKey } from '#vault/master-key.ts';
import { openVault } from '#vault/vault.ts';

const run = promisify(execFile);
const ROOT_ACCOUNT = '000000000000';
let platform: TestPlatform;

before(async () => {
  platform = await startPlatform();
});
after(() => platform.stop());

interface Keys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

async function aws(keys: Keys | undefined, ...args: string[]): Promise<any> {
  const own = keys === undefined ? {} : { AWS_ACCESS_KEY_ID: keys.AccessKeyId, AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey, ...(keys.SessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.SessionToken }) };
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', ...args], { env: { ...platform.env, ...own } });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

/** The line the CLI prints for a refusal. */
async function refused(keys: Keys | undefined, ...args: string[]): Promise<string> {
  const error: any = await aws(keys, ...args).then(() => assert.fail('was allowed'), (reason) => reason);
  return String(error.stderr).trim();
}

const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

test('AWS CLI: a user may write to one log group and not to another', async () => {
  await aws(undefined, 'iam', 'create-user', '--user-name', 'writer');
  const { AccessKey: keys } = await aws(undefined, 'iam', 'create-access-key', '--user-name', 'writer');
  const only = policy({ Effect: 'Allow', Action: ['logs:Create*', 'logs:PutLogEvents'], Resource: `arn:aws:logs:*:${ROOT_ACCOUNT}:log-group:/app/mine:*` });
  const { Policy } = await aws(undefined, 'iam', 'create-policy', '--policy-name', 'one-group', '--policy-document', only);
  await aws(undefined, 'iam', 'attach-user-policy', '--user-name', 'writer', '--policy-arn', Policy.Arn);
  await aws(keys, 'logs', 'create-log-group', '--log-group-name', '/app/mine');
  await aws(keys, 'logs', 'create-log-stream', '--log-group-name', '/app/mine', '--log-stream-name', 's');
  await aws(keys, 'logs', 'put-log-events', '--log-group-name', '/app/mine', '--log-stream-name', 's', '--log-events', `timestamp=${Date.now()},message=hello`);
  const line = await refused(keys, 'logs', 'create-log-group', '--log-group-name', '/app/other');
  assert.match(line, /\(AccessDeniedException\) when calling the CreateLogGroup operation: User: arn:aws:iam::000000000000:user\/writer is not authorized to perform: logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:000000000000:log-group:\/app\/other:log-stream: because no identity-based policy allows the logs:CreateLogGroup action/);
  assert.match(await refused(keys, 'logs', 'get-log-events', '--log-group-name', '/app/mine', '--log-stream-name', 's'), /AccessDeniedException/);

  await aws(undefined, 'iam', 'update-access-key', '--user-name', 'writer', '--access-key-id', keys.AccessKeyId, '--status', 'Inactive');
  assert.match(await refused(keys, 'sts', 'get-caller-identity'), /\(InvalidClientTokenId\)/);
});

test('AWS CLI: a role is assumed, its session works, and one that has expired does not', async () => {
  const trust = policy({ Effect: 'Allow', Principal: { AWS: ROOT_ACCOUNT }, Action: 'sts:AssumeRole' });
  const { Role } = await aws(undefined, 'iam', 'create-role', '--role-name', 'reader', '--assume-role-policy-document', trust);
  await aws(undefined, 'iam', 'attach-role-policy', '--role-name', 'reader', '--policy-arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess');
  await aws(undefined, 'iam', 'create-user', '--user-name', 'assumer');
  const { AccessKey: keys } = await aws(undefined, 'iam', 'create-access-key', '--user-name', 'assumer');
  const assume = ['sts', 'assume-role', '--role-arn', Role.Arn, '--role-session-name', 'cli'];
  assert.match(await refused(keys, ...assume), /\(AccessDenied\) when calling the AssumeRole operation: User: arn:aws:iam::000000000000:user\/assumer is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role\/reader/);
  await aws(undefined, 'iam', 'put-user-policy', '--user-name', 'assumer', '--policy-name', 'p', '--policy-document', policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: Role.Arn }));
  const { Credentials } = await aws(keys, ...assume);
  assert.equal((await aws(Credentials, 'sts', 'get-caller-identity')).Arn, `arn:aws:sts::${ROOT_ACCOUNT}:assumed-role/reader/cli`);
  assert.ok((await aws(Credentials, 'ecs', 'list-clusters')).clusterArns);
  assert.match(await refused(Credentials, 'ecs', 'create-cluster', '--cluster-name', 'x'), /AccessDeniedException/);

  // No session is shorter than fifteen minutes: this one is sealed as the server would have sealed it an hour ago.
  const vault = openVault(findMasterKey({ dataDir: platform.dataDir })!, systemRandom);
  const sessions = createSessions({ secret: loadServerSecret(platform.dataDir, systemRandom, vault), random: systemRandom, clock: systemClock });
  const past = Date.now() - 3_600_000;
  const expired = sessions.issue({
    account: ROOT_ACCOUNT, arn: `arn:aws:sts::${ROOT_ACCOUNT}:assumed-role/reader/cli`, userId: `${Role.RoleId}:cli`,
    session: { kind: 'role', issuerArn: Role.Arn, issuerId: Role.RoleId, name: 'cli', policyArns: [], tags: {}, transitiveTagKeys: [], issuedAt: past, expiresAt: past + 900_000 },
  });
  const old = { AccessKeyId: expired.accessKeyId, SecretAccessKey: expired.secretAccessKey, SessionToken: expired.sessionToken };
  assert.match(await refused(old, 'ecs', 'list-clusters'), /\(ExpiredTokenException\) when calling the ListClusters operation: The security token included in the request is expired/);
  assert.match(await refused(old, 'sts', 'get-caller-identity'), /\(ExpiredToken\)/);
  assert.match(await refused({ ...Credentials, SessionToken: old.SessionToken }, 'ecs', 'list-clusters'), /UnrecognizedClientException/);
});

test('boto3: users, groups, roles, session policies and typed errors', async () => {
  const { stdout } = await run('python3', [join(import.meta.dirname, 'iam-boto3.py'), platform.url], { env: platform.env });
  assert.equal(stdout.trim(), 'ok');
});

test('AWS SDK for JavaScript: a web identity gets a role without a signature', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let issuer = '';
  const provider = createServer((req, res) => {
    const page = req.url === '/keys' ? { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] } : { issuer, jwks_uri: `${issuer}/keys` };
    res.setHeader('content-type', 'application/json').end(JSON.stringify(page));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  try {
    const iam = new IAMClient(platform.sdk);
    const { OpenIDConnectProviderArn } = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['app'] }));
    const trust = policy({ Effect: 'Allow', Principal: { Federated: OpenIDConnectProviderArn }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { [`${issuer.slice(7)}:sub`]: 'ci' } } });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument: trust }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'web', PolicyName: 'p', PolicyDocument: policy({ Effect: 'Allow', Action: 'ecs:ListClusters', Resource: '*' }) }));
    const token = (sub: string): string => {
      const nowS = Math.floor(Date.now() / 1000);
      const parts = [{ alg: 'RS256', kid: 'one' }, { iss: issuer, aud: 'app', sub, iat: nowS, exp: nowS + 60 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${parts}.${sign('sha256', Buffer.from(parts), privateKey).toString('base64url')}`;
    };
    const sts = new STSClient({ ...platform.sdk, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
    const assume = (sub: string) => sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: Role!.Arn, RoleSessionName: 'ci', WebIdentityToken: token(sub) }));
    const { Credentials: given, SubjectFromWebIdentityToken } = await assume('ci');
    assert.equal(SubjectFromWebIdentityToken, 'ci');
    const credentials = { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
    await new ECSClient({ ...platform.sdk, credentials }).send(new ListClustersCommand({}));
    assert.equal((await new STSClient({ ...platform.sdk, credentials }).send(new GetCallerIdentityCommand({}))).Arn, `arn:aws:sts::${ROOT_ACCOUNT}:assumed-role/web/ci`);
    await assert.rejects(assume('somebody else'), { name: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' });
  } finally {
    provider.close();
  }
});

test('a registry token opens the repositories that its holder may use', async () => {
  await aws(undefined, 'ecr', 'create-repository', '--repository-name', 'open');
  await aws(undefined, 'ecr', 'create-repository', '--repository-name', 'closed');
  await aws(undefined, 'iam', 'create-user', '--user-name', 'puller');
  const { AccessKey: keys } = await aws(undefined, 'iam', 'create-access-key', '--user-name', 'puller');
  const statements = [{ Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }, { Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: 'arn:aws:ecr:*:*:repository/open' }];
  await aws(undefined, 'iam', 'put-user-policy', '--user-name', 'puller', '--policy-name', 'p', '--policy-document', policy(...statements));
  const { authorizationData } = await aws(keys, 'ecr', 'get-authorization-token');
  const ask = async (method: string, path: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${platform.url}/v2/${ROOT_ACCOUNT}.dkr.ecr.us-east-1/${path}`, { method, headers: { authorization: `Basic ${authorizationData[0].authorizationToken}` } });
    return { status: answer.status, text: await answer.text() };
  };
  assert.match((await ask('GET', 'open/manifests/none')).text, /MANIFEST_UNKNOWN/);
  const denied = await ask('GET', 'closed/manifests/none');
  assert.equal(denied.status, 403);
  assert.match(denied.text, /DENIED.*user\/puller is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:000000000000:repository\/closed because no identity-based policy/);
  assert.match((await ask('POST', 'open/blobs/uploads/')).text, /ecr:InitiateLayerUpload/);
});

test('accounts are separate worlds', async () => {
  const lines: string[] = [];
  await account({ credentials: platform.credentials, args: ['create', '--name', 'second'], say: (line) => lines.push(line) });
  const read = (name: string): string => lines.join('\n').match(new RegExp(`export ${name}='?([^'\\n]+)`))![1]!;
  const second = { ...platform.sdk, credentials: { accessKeyId: read('AWS_ACCESS_KEY_ID'), secretAccessKey: read('AWS_SECRET_ACCESS_KEY') } };
  const { Account } = await new STSClient(second).send(new GetCallerIdentityCommand({}));
  assert.match(Account!, /^[1-9]\d{11}$/);

  const mine = { ecs: new ECSClient(platform.sdk), ecr: new ECRClient(platform.sdk), logs: new CloudWatchLogsClient(platform.sdk), ec2: new EC2Client(platform.sdk), iam: new IAMClient(platform.sdk) };
  const theirs = { ecs: new ECSClient(second), ecr: new ECRClient(second), logs: new CloudWatchLogsClient(second), ec2: new EC2Client(second), iam: new IAMClient(second) };
  const { cluster } = await mine.ecs.send(new CreateClusterCommand({ clusterName: 'secret' }));
  await mine.ecr.send(new CreateRepositoryCommand({ repositoryName: 'secret' }));
  await mine.logs.send(new CreateLogGroupCommand({ logGroupName: 'secret' }));
  await mine.iam.send(new CreateUserCommand({ UserName: 'secret' }));
  const { Vpcs: vpcs } = await mine.ec2.send(new DescribeVpcsCommand({}));

  assert.deepEqual((await theirs.ecs.send(new ListClustersCommand({}))).clusterArns, []);
  assert.equal((await theirs.ecs.send(new DescribeClustersCommand({ clusters: ['secret'] }))).failures?.[0]?.reason, 'MISSING');
  await assert.rejects(theirs.ecs.send(new DescribeClustersCommand({ clusters: [cluster!.clusterArn!] })).then(({ clusters }) => assert.notEqual(clusters?.length, 0)), `${cluster!.clusterArn} is seen`);
  assert.deepEqual((await theirs.ecr.send(new DescribeRepositoriesCommand({}))).repositories, []);
  await assert.rejects(theirs.ecr.send(new DescribeRepositoriesCommand({ registryId: ROOT_ACCOUNT, repositoryNames: ['secret'] })));
  assert.deepEqual((await theirs.logs.send(new DescribeLogGroupsCommand({}))).logGroups, []);
  assert.deepEqual((await theirs.iam.send(new ListUsersCommand({}))).Users, []);
  const { Vpcs: others } = await theirs.ec2.send(new DescribeVpcsCommand({}));
  assert.ok(others!.every(({ VpcId }) => !vpcs!.some((vpc) => vpc.VpcId === VpcId)));
  await assert.rejects(theirs.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcs![0]!.VpcId!] })), { name: 'InvalidVpcID.NotFound' });

  await assert.rejects(account({ credentials: { ...platform.credentials, ...second.credentials }, args: ['create'], say: () => {} }), /only the root of account 000000000000/);
  await assert.rejects(account({ credentials: { ...platform.credentials, secretAccessKey: 'wrong' }, args: ['create'], say: () => {} }), /signature/);
  await assert.rejects(account({ credentials: platform.credentials, args: ['create', '--name', 'second'], say: () => {} }), /taken/);
  const listed: string[] = [];
  await account({ credentials: platform.credentials, args: ['list'], say: (line) => listed.push(line) });
  assert.deepEqual(listed, [ROOT_ACCOUNT, `${Account}  second`]);

  // A guardrail limits the other account's root, and nobody else's.
  const file = join(platform.dataDir, 'guardrail.json');
  const guard = (...args: string[]) => account({ credentials: platform.credentials, args: ['guardrail', ...args], say: () => {} });
  writeFileSync(file, policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }));
  await guard(Account!, file);
  await assert.rejects(theirs.iam.send(new ListUsersCommand({})), /explicit deny in a service control policy/);
  await theirs.ecs.send(new ListClustersCommand({}));
  await mine.iam.send(new ListUsersCommand({}));
  await guard(Account!, 'none');
  await theirs.iam.send(new ListUsersCommand({}));
  writeFileSync(file, '{}');
  await assert.rejects(guard(Account!, file), /identity policy/);
  await assert.rejects(guard('123456789012', 'none'), /no account 123456789012/);
});
