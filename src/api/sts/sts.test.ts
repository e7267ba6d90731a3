// Who am I, roles assumed and refused, sessions that end, and web identities.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { awsCall } from '#tests/support/api-harness.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { AwsError } from '#wire/aws-error.ts';
import type { AwsCall, Caller } from '#wire/call.ts';
import { createPolicies } from '../iam/policies.ts';
import { createIamService } from '../iam/service.ts';
import { createStsService } from './service.ts';
import { sessionForService } from './service-session.ts';
import { createSessions } from './sessions.ts';
import { createWebTokenVerifier } from './web-token.ts';

const ACCOUNT = '123456789012';
const ROOT: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: 'AKIAROOT' };

async function open(pages: Readonly<Record<string, unknown>> = {}) {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
  const clock = virtualClock();
  const random = seededRandom(1);
  const deps = { store, random, clock, log: silentLogger };
  const policies = createPolicies();
  const sessions = createSessions({ ...deps, secret: new Uint8Array(32).fill(7) });
  const fetchJson = (url: string): Promise<unknown> => (url in pages ? Promise.resolve(pages[url]) : Promise.reject(new Error('404')));
  const sts = createStsService({ ...deps, policies, sessions, verifyWebToken: createWebTokenVerifier({ fetchJson, clock }) });
  const iam = createIamService({ ...deps, policies, lastUse: () => undefined });
  const as = (caller: Caller, operation: string): AwsCall => ({ ...awsCall(operation, {}, clock.now()), caller });
  const callSts = (caller: Caller, operation: string, input: object = {}): any => sts.operations[operation]!.handler(input, sts.context(as(caller, operation)));
  const callIam = (operation: string, input: object = {}): any => iam.operations[operation]!.handler(input, iam.context(as(ROOT, operation)));
  const user = (name: string): Caller => {
    const { User } = callIam('CreateUser', { UserName: name });
    return { account: ACCOUNT, arn: User.Arn, userId: User.UserId, accessKeyId: `AKIA${name}` };
  };
  const role = (name: string, statement: object, more: object = {}): string =>
    callIam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), ...more }).Role.Arn;
  const allow = (name: string, Action: string, Resource = '*'): void =>
    callIam('PutUserPolicy', { UserName: name, PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] }) });
  return { clock, sessions, store, policies, callSts, callIam, user, role, allow };
}

function refused(work: () => unknown, code: string, message: RegExp): void {
  assert.throws(work, (error: AwsError) => error.code === code && message.test(error.message));
}

test('GetCallerIdentity names the account and principal that signed', async () => {
  const { callSts } = await open();
  assert.deepEqual(callSts(ROOT, 'GetCallerIdentity'), { UserId: ACCOUNT, Account: ACCOUNT, Arn: ROOT.arn });
});

test('an operation that is not there yet says so by name', async () => {
  const { callSts } = await open();
  refused(() => callSts(ROOT, 'DecodeAuthorizationMessage'), 'UnsupportedOperation', /DecodeAuthorizationMessage/);
});

test('a role is assumed by whom it trusts, and the session is known again', async () => {
  const { callSts, user, role, allow, sessions, clock } = await open();
  const [ada, bob] = [user('ada'), user('bob')];
  const arn = role('app', { Effect: 'Allow', Principal: { AWS: ada.arn }, Action: 'sts:AssumeRole' });
  const answer = callSts(ada, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one' });
  assert.equal(answer.AssumedRoleUser.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`);
  assert.equal(answer.Credentials.Expiration.getTime(), clock.now() + 3_600_000);
  const { AccessKeyId, SessionToken, SecretAccessKey } = answer.Credentials;
  const opened = sessions.open(AccessKeyId, SessionToken);
  assert.deepEqual([opened?.secret, opened?.caller.arn, opened?.caller.session?.issuerArn], [SecretAccessKey, answer.AssumedRoleUser.Arn, arn]);
  allow('bob', 'sts:AssumeRole');
  refused(() => callSts(bob, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one' }), 'AccessDenied', /^User: arn:aws:iam::123456789012:user\/bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role\/app$/);
  refused(() => callSts(bob, 'AssumeRole', { RoleArn: `${arn}-none`, RoleSessionName: 'one' }), 'AccessDenied', /sts:AssumeRole on resource/);
});

test('a role that trusts the account leaves it to the policies of its users', async () => {
  const { callSts, user, role, allow } = await open();
  const [ada, bob] = [user('ada'), user('bob')];
  const arn = role('app', { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
  allow('ada', 'sts:AssumeRole', arn);
  assert.ok(callSts(ada, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one' }).Credentials);
  refused(() => callSts(bob, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one' }), 'AccessDenied', /not authorized/);
  refused(() => callSts(ROOT, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one' }), 'AccessDenied', /root accounts/);
});

test('external id, duration, session name, tags, MFA and session policies are checked', async () => {
  const { callSts, user, role } = await open();
  const ada = user('ada');
  const arn = role('app', { Effect: 'Allow', Principal: { AWS: ada.arn }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': '42' } } });
  const assume = (more: object): any => callSts(ada, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one', ExternalId: '42', ...more });
  refused(() => assume({ ExternalId: '41' }), 'AccessDenied', /sts:AssumeRole/);
  refused(() => assume({ DurationSeconds: 7200 }), 'ValidationError', /MaxSessionDuration/);
  refused(() => assume({ DurationSeconds: 60 }), 'ValidationError', /greater than or equal to 900/);
  refused(() => assume({ RoleSessionName: 'a b' }), 'ValidationError', /roleSessionName/);
  refused(() => assume({ Tags: [{ Key: 'team', Value: 'x' }] }), 'AccessDenied', /sts:TagSession/);
  refused(() => assume({ SerialNumber: 'arn:aws:iam::1:mfa/x', TokenCode: '123456' }), 'AccessDenied', /MultiFactor/);
  refused(() => assume({ Policy: '{' }), 'MalformedPolicyDocument', /Syntax/);
  refused(() => assume({ Policy: ' '.repeat(2049) }), 'PackedPolicyTooLarge', /%/);
  assert.ok(assume({ DurationSeconds: 900 }).Credentials);
});

test('a token is bound to its key, and a changed one is not known', async () => {
  const { callSts, sessions, user } = await open();
  const ada = user('ada');
  const { AccessKeyId, SessionToken } = callSts(ada, 'GetSessionToken').Credentials;
  assert.equal(sessions.open(AccessKeyId, SessionToken)?.caller.arn, ada.arn);
  assert.equal(sessions.open('ASIAOTHER', SessionToken), undefined);
  const bytes = Buffer.from(SessionToken, 'base64');
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i] = changed[i]! ^ 1;
    assert.equal(sessions.open(AccessKeyId, changed.toString('base64')), undefined, `byte ${i}`);
  }
  assert.equal(sessions.open(AccessKeyId, `${SessionToken} `), undefined);
  assert.equal(createSessionsOf(8).open(AccessKeyId, SessionToken), undefined);
  refused(() => callSts({ ...ada, session: sessions.open(AccessKeyId, SessionToken)!.caller.session! }, 'GetSessionToken'), 'AccessDenied', /session credentials/);
});

function createSessionsOf(fill: number): ReturnType<typeof createSessions> {
  return createSessions({ random: seededRandom(2), clock: virtualClock(), secret: new Uint8Array(32).fill(fill) });
}

const ISSUER = 'https://idp.example';

function jwt(claims: object, key: KeyObject, header: Record<string, string> = { alg: 'RS256', kid: 'k' }): string {
  const [head, body] = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' });
  return `${head}.${body}.${signature.toString('base64url')}`;
}

test('a web identity of a registered provider gets the role its subject is trusted with', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k' }, { ...ec.publicKey.export({ format: 'jwk' }), kid: 'e' }];
  const pages = { [`${ISSUER}/.well-known/openid-configuration`]: { jwks_uri: `${ISSUER}/keys` }, [`${ISSUER}/keys`]: { keys } };
  const { callSts, callIam, role, clock } = await open(pages);
  const provider = callIam('CreateOpenIDConnectProvider', { Url: ISSUER, ClientIDList: ['sts'] }).OpenIDConnectProviderArn;
  const trust = { Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringLike: { 'idp.example:sub': 'repo:me/*' } } };
  const arn = role('ci', trust);
  const nowS = clock.now() / 1000;
  const claims = { iss: ISSUER, aud: 'sts', sub: 'repo:me/app', iat: nowS, exp: nowS + 60 };
  const anonymous: Caller = { account: '', arn: '', userId: '', accessKeyId: '' };
  const assume = (token: string): Promise<any> => callSts(anonymous, 'AssumeRoleWithWebIdentity', { RoleArn: arn, RoleSessionName: 'ci', WebIdentityToken: token });
  const rejects = (token: string, code: string, message: RegExp): Promise<void> => assert.rejects(assume(token), (error: AwsError) => error.code === code && message.test(error.message));

  const answer = await assume(jwt(claims, rsa.privateKey));
  assert.deepEqual([answer.SubjectFromWebIdentityToken, answer.Audience, answer.Provider], ['repo:me/app', 'sts', provider]);
  assert.ok((await assume(jwt(claims, ec.privateKey, { alg: 'ES256', kid: 'e' }))).Credentials);
  await rejects(jwt({ ...claims, sub: 'repo:you/app' }, rsa.privateKey), 'AccessDenied', /Not authorized to perform sts:AssumeRoleWithWebIdentity/);
  await rejects(jwt({ ...claims, aud: 'other' }, rsa.privateKey), 'InvalidIdentityToken', /audience/);
  await rejects(jwt({ ...claims, exp: nowS - 1 }, rsa.privateKey), 'ExpiredTokenException', /expired/);
  await rejects(jwt({ ...claims, iss: 'https://evil.example' }, rsa.privateKey), 'InvalidIdentityToken', /No OpenIDConnect provider found/);
  await rejects(jwt(claims, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), 'InvalidIdentityToken', /signature/);
  await rejects('x.y', 'InvalidIdentityToken', /JWT/);
  const [head, body] = [{ alg: 'HS256', kid: 'k' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const mac = createHmac('sha256', rsa.publicKey.export({ format: 'pem', type: 'spki' })).update(`${head}.${body}`).digest('base64url');
  await rejects(`${head}.${body}.${mac}`, 'InvalidIdentityToken', /RS256/);
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  await rejects(`${none}.${body}.`, 'InvalidIdentityToken', /algorithm|RS256/);
});

test('a service gets the credentials of a role that trusts it, and of no other', async () => {
  const { role, clock, sessions, store, policies } = await open();
  const arn = role('task', { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:*:*:*' } } });
  const ask = (roleArn: string, service: string, sourceArn?: string) =>
    sessionForService({ store, policies, sessions }, { roleArn, service, sessionName: 'abc', seconds: 3600, now: clock.now(), ...(sourceArn === undefined ? {} : { sourceArn }) });
  const source = 'arn:aws:ecs:us-east-1:123456789012:task/default/abc';
  const given = ask(arn, 'ecs-tasks.amazonaws.com', source)!;
  assert.equal(sessions.open(given.accessKeyId, given.sessionToken)?.caller.arn, `arn:aws:sts::${ACCOUNT}:assumed-role/task/abc`);
  assert.equal(ask(arn, 'ecs-tasks.amazonaws.com'), undefined);
  assert.equal(ask(arn, 'ec2.amazonaws.com', source), undefined);
  assert.equal(ask(`${arn}x`, 'ecs-tasks.amazonaws.com', source), undefined);
});
