// Event records: CloudTrail's fields, callers of every kind, and that no secret gets in, whatever it is called and wherever it stands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACCOUNT, awsCall } from '#tests/support/api-harness.ts';
import type { AwsCall, Caller, CallerSession } from '#wire/call.ts';
import type { Done } from '#wire/server.ts';
import type { Service } from '#wire/service.ts';
import { createEventRecords, isReadOnly } from './event-record.ts';
import { createParameterWriter, HIDDEN } from './parameters.ts';

const NOW = Date.UTC(2026, 10, 28, 15, 14, 38, 500);

function done(name: string, operation: string, input: object, more: Partial<Omit<Done, 'call'>> & { call?: Partial<AwsCall> } = {}): Done {
  const service = { name, signingNames: [name], operations: {}, protocol: 'awsJson1_1', context: () => ({}), ...more.service } as Service;
  return { operation, input, context: {}, output: undefined, error: undefined, ...more, service, call: { ...awsCall(operation, {}, NOW), ...more.call } };
}

function render(...args: Parameters<typeof done>): any {
  return JSON.parse(createEventRecords().render(done(...args), 'e-1'));
}

test('a record has CloudTrail’s fields, with the input’s names beginning small', () => {
  const access = { CreateCluster: { resources: () => [`arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/prod`] } };
  const output = { cluster: { clusterArn: 'arn', registeredAt: new Date(NOW) } };
  assert.deepEqual(render('ecs', 'CreateCluster', { ClusterName: 'prod', tags: [{ Key: 'a', Value: 'b' }] }, { output, service: { access } as never, call: { sourceIp: '::ffff:10.0.0.7' } }), {
    eventVersion: '1.11',
    userIdentity: { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT, accessKeyId: 'AKIATEST' },
    eventTime: '2026-11-28T15:14:38Z',
    eventSource: 'ecs.amazonaws.com',
    eventName: 'CreateCluster',
    awsRegion: 'us-east-1',
    sourceIPAddress: '10.0.0.7',
    userAgent: 'test',
    requestParameters: { clusterName: 'prod', tags: [{ key: 'a', value: 'b' }] },
    responseElements: { cluster: { clusterArn: 'arn', registeredAt: new Date(NOW).toISOString() } },
    requestID: '00000000-0000-4000-8000-000000000000',
    eventID: 'e-1',
    readOnly: false,
    resources: [{ ARN: `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/prod`, accountId: ACCOUNT, type: 'AWS::ECS::Cluster' }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  });
});

test('reads have no answer in the record, refusals their code and words', () => {
  const read = render('ecs', 'DescribeClusters', {}, { output: { clusters: [] } });
  assert.equal(read.readOnly, true);
  assert.equal(read.requestParameters, null);
  assert.equal(read.responseElements, null);
  const refused = render('ecs', 'DeleteCluster', { cluster: 'x' }, { error: { code: 'AccessDeniedException', message: 'User: "a" may not' } });
  assert.equal(refused.errorCode, 'AccessDeniedException');
  assert.equal(refused.errorMessage, 'User: "a" may not');
  for (const operation of ['Decrypt', 'GetSecretValue', 'AssumeRole', 'BatchGetImage']) assert.ok(isReadOnly(operation), operation);
  for (const operation of ['RunTask', 'PutParameter', 'InitiateLayerUpload']) assert.ok(!isReadOnly(operation), operation);
});

test('users, roles, sessions of users and web identities are told apart', () => {
  const session: CallerSession = { kind: 'role', issuerArn: `arn:aws:iam::${ACCOUNT}:role/path/app`, issuerId: 'AROAX', name: 's-1', policyArns: [], tags: {}, transitiveTagKeys: [], issuedAt: NOW, expiresAt: NOW };
  const of = (caller: Partial<Caller>, output?: object): any => render('sts', 'AssumeRoleWithWebIdentity', {}, { output, call: { caller: { account: ACCOUNT, arn: 'arn', userId: 'u', accessKeyId: 'k', ...caller } } }).userIdentity;
  assert.deepEqual(of({ arn: `arn:aws:iam::${ACCOUNT}:user/team/ann`, userId: 'AIDAX' }), { type: 'IAMUser', principalId: 'AIDAX', arn: `arn:aws:iam::${ACCOUNT}:user/team/ann`, accountId: ACCOUNT, accessKeyId: 'k', userName: 'ann' });
  const role = of({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/s-1`, userId: 'AROAX:s-1', session });
  assert.equal(role.type, 'AssumedRole');
  assert.deepEqual(role.sessionContext.sessionIssuer, { type: 'Role', principalId: 'AROAX', arn: session.issuerArn, accountId: ACCOUNT, userName: 'app' });
  assert.deepEqual(of({ arn: `arn:aws:iam::${ACCOUNT}:user/ann`, session: { ...session, kind: 'user' } }).sessionContext, { attributes: { creationDate: '2026-11-28T15:14:38Z', mfaAuthenticated: 'false' } });
  assert.deepEqual(of({ account: '', arn: '' }, { Provider: 'p', Audience: 'a', SubjectFromWebIdentityToken: 's' }), { type: 'WebIdentityUser', principalId: 'p:a:s', userName: 's', identityProvider: 'p' });
});

test('secrets are hidden by name, by service, in environments and in the words of an error; bytes are left out', () => {
  const planted = 'planted-secret-4711';
  const records = [
    done('secretsmanager', 'CreateSecret', { Name: 'n', SecretString: planted, SecretBinary: Buffer.from(planted) }, { error: { code: 'InvalidParameterException', message: `'${planted}' is no good` } }),
    done('ssm', 'PutParameter', { Name: '/p', Value: planted, Type: 'String', Tags: [{ Key: 'k', Value: 'kept' }] }),
    done('kms', 'Encrypt', { KeyId: 'k', Plaintext: Buffer.from(planted) }),
    done('iam', 'CreateAccessKey', { UserName: 'u' }, { output: { AccessKey: { AccessKeyId: 'AKIAX', SecretAccessKey: planted } } }),
    done('iam', 'CreateLoginProfile', { UserName: 'u', Password: planted }),
    done('sts', 'AssumeRole', { RoleArn: 'r' }, { output: { Credentials: { AccessKeyId: 'ASIAX', SecretAccessKey: planted, SessionToken: planted } } }),
    done('ecs', 'RegisterTaskDefinition', { containerDefinitions: [{ name: 'app', environment: [{ name: 'DB_PASSWORD', value: planted }] }] }, { output: { taskDefinition: { containerDefinitions: [{ environment: [{ name: 'DB_PASSWORD', value: planted }] }] } } }),
    done('ecs', 'RunTask', { overrides: { containerOverrides: [{ environment: [{ name: 'A', value: planted }] }] } }),
    done('ecs', 'ExecuteCommand', { command: 'sh' }, { output: { session: { sessionId: 'x', tokenValue: planted } } }),
  ];
  const texts = records.map((record) => createEventRecords().render(record, 'e'));
  for (const text of texts) assert.ok(!text.includes(planted), text);
  assert.equal(JSON.parse(texts[1]!).requestParameters.value, HIDDEN);
  assert.deepEqual(JSON.parse(texts[1]!).requestParameters.tags, [{ key: 'k', value: 'kept' }]);
  assert.deepEqual(JSON.parse(texts[6]!).requestParameters.containerDefinitions[0].environment, [{ name: 'DB_PASSWORD', value: HIDDEN }]);
  assert.equal(JSON.parse(texts[3]!).responseElements.accessKey.accessKeyId, 'AKIAX');
});

test('whatever an input holds, the record is JSON, and equal to it but for hidden values and small first letters', () => {
  const writer = createParameterWriter(10);
  const small = (value: any): any => {
    if (Array.isArray(value)) return value.map(small);
    if (typeof value !== 'object' || value === null) return value;
    const out: Record<string, unknown> = Object.create(null);
    for (const [key, member] of Object.entries(value)) out[key.charAt(0).toLowerCase() + key.slice(1)] = small(member);
    return { ...out };
  };
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }).map((key) => `x${key}`), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 }), (input) => {
      const plain = JSON.parse(JSON.stringify(input, (key, value) => (/^(environment|environmentvariables|.*(secret|password|plaintext).*)$/i.test(key) ? 0 : value)));
      assert.deepEqual(JSON.parse(writer.write(plain, undefined, [], 1_000_000)), JSON.parse(JSON.stringify(small(plain))));
    }),
    { numRuns: 300 },
  );
});

test('of a large answer what it names is kept', () => {
  const tasks = Array.from({ length: 10 }, (_, i) => ({ taskArn: `arn:task/${i}`, lastStatus: 'PENDING', overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'A', value: 'planted-secret-4711'.repeat(20) }] }] }, containers: [{ containerArn: 'arn:c', name: 'app', image: 'x'.repeat(200) }] }));
  const { responseElements } = render('ecs', 'RunTask', {}, { output: { tasks, failures: [] } });
  assert.deepEqual(responseElements.tasks.map((task: any) => task.taskArn), tasks.map(({ taskArn }) => taskArn));
  assert.ok(!JSON.stringify(responseElements).includes('planted-secret') && !JSON.stringify(responseElements).includes('xxx'));
});

test('what is too large or too deep is cut, not followed', () => {
  const large = render('iam', 'CreatePolicy', { PolicyDocument: 'x'.repeat(200_000) });
  assert.equal(large.requestParameters.omitted, true);
  let deep: unknown = 'end';
  for (let i = 0; i < 100_000; i++) deep = { deep };
  assert.ok(createEventRecords().render(done('ecs', 'RunTask', { deep }), 'e').length < 2_000);
});
