// Parameter Store by example, called as the wire calls it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVaultHarness } from '#tests/support/vault-harness.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { OPERATIONS } from './operations.ts';

async function open() {
  const harness = await openVaultHarness();
  const ssm = (operation: string, input: Record<string, unknown> = {}, options = {}): any => harness.call('ssm', operation, input, options);
  const put = (Name: string, Value: string, more: Record<string, unknown> = {}): any => ssm('PutParameter', { Name, Value, Type: 'String', ...more });
  return { ...harness, ssm, put };
}

test('every operation has the schema of its name', () => {
  for (const name of OPERATION_NAMES) assert.equal((OPERATIONS[name].schema as unknown[])[2], name);
});

test('a parameter is put, read by name, version, label and ARN, and overwritten only when asked', async () => {
  const { ssm, put } = await open();
  assert.deepEqual(put('/app/url', 'one'), { Version: 1, Tier: 'Standard' });
  assert.throws(() => put('/app/url', 'two'), {
    code: 'ParameterAlreadyExists',
    message: 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  });
  put('/app/url', 'two', { Overwrite: true });
  ssm('LabelParameterVersion', { Name: '/app/url', ParameterVersion: 1, Labels: ['stable', '1bad'] });
  const value = (Name: string): string => ssm('GetParameter', { Name }).Parameter.Value;
  assert.equal(value('/app/url'), 'two');
  assert.equal(value('/app/url:1'), 'one');
  assert.equal(value('/app/url:stable'), 'one');
  assert.equal(value('arn:aws:ssm:us-east-1:000000000000:parameter/app/url'), 'two');
  assert.equal(ssm('GetParameter', { Name: '/app/url:1' }).Parameter.Selector, ':1');
  assert.throws(() => value('/app/other'), { code: 'ParameterNotFound' });
  assert.throws(() => value('/app/url:9'), { code: 'ParameterVersionNotFound', message: 'Systems Manager could not find version 9 of /app/url. Verify the version and try again.' });
  assert.throws(() => ssm('GetParameter', { Name: '/app/url' }, { account: '111111111111' }), { code: 'ParameterNotFound' });
});

test('a SecureString is shown decrypted only when asked, and KMS can decrypt what is shown otherwise', async () => {
  const { ssm, put, call, store } = await open();
  put('/s', 'hunter2', { Type: 'SecureString' });
  const { Parameter } = ssm('GetParameter', { Name: '/s' });
  assert.equal(ssm('GetParameter', { Name: '/s', WithDecryption: true }).Parameter.Value, 'hunter2');
  const opened = call('kms', 'Decrypt', { CiphertextBlob: Buffer.from(Parameter.Value, 'base64'), EncryptionContext: { PARAMETER_ARN: Parameter.ARN } });
  assert.equal(Buffer.from(opened.Plaintext).toString(), 'hunter2');
  assert.equal(ssm('DescribeParameters').Parameters[0].KeyId, 'alias/aws/ssm');
  assert.ok(![...store.all((await import('#model/parameter.ts')).parameterVersions)].some((row) => JSON.stringify(row).includes('hunter2')));
  const { KeyId } = call('kms', 'CreateKey').KeyMetadata;
  put('/t', 'x', { Type: 'SecureString', KeyId });
  call('kms', 'DisableKey', { KeyId });
  assert.throws(() => ssm('GetParameter', { Name: '/t', WithDecryption: true }), { code: 'InvalidKeyId', message: /is disabled.*DisabledException/ });
  assert.throws(() => put('/u', 'x', { Type: 'SecureString', KeyId: 'alias/none' }), { code: 'InvalidKeyId' });
});

test('what is not there among many is named; at most ten are asked for', async () => {
  const { ssm, put } = await open();
  put('a', '1');
  put('b', '2');
  const answer = ssm('GetParameters', { Names: ['a', 'nope', 'b:1', 'b:7'] });
  assert.deepEqual(answer.Parameters.map((p: any) => p.Value), ['1', '2']);
  assert.deepEqual(answer.InvalidParameters, ['nope', 'b:7']);
  assert.throws(() => ssm('GetParameters', { Names: Array.from({ length: 11 }, (_, i) => `n${i}`) }), { code: 'ValidationException', message: /Member must have length less than or equal to 10/ });
});

test('a path gives what lies directly under it, or everything below, in pages, filtered', async () => {
  const { ssm, put } = await open();
  for (const name of ['/a/x', '/a/y', '/a/b/z', '/ab/q', 'top']) put(name, name);
  put('/a/s', 'secret', { Type: 'SecureString' });
  const names = (input: Record<string, unknown>): string[] => ssm('GetParametersByPath', input).Parameters.map((p: any) => p.Name);
  assert.deepEqual(names({ Path: '/a' }), ['/a/s', '/a/x', '/a/y']);
  assert.deepEqual(names({ Path: '/a/', Recursive: true }), ['/a/b/z', '/a/s', '/a/x', '/a/y']);
  assert.deepEqual(names({ Path: '/a', ParameterFilters: [{ Key: 'Type', Values: ['SecureString'] }] }), ['/a/s']);
  assert.throws(() => names({ Path: 'a' }), { code: 'ValidationException' });
  assert.throws(() => names({ Path: '/a', ParameterFilters: [{ Key: 'Name', Values: ['x'] }] }), { code: 'InvalidFilterKey' });
  const first = ssm('GetParametersByPath', { Path: '/', Recursive: true, MaxResults: 4 });
  const second = ssm('GetParametersByPath', { Path: '/', Recursive: true, MaxResults: 4, NextToken: first.NextToken });
  assert.equal(new Set([...first.Parameters, ...second.Parameters].map((p: any) => p.Name)).size, 6);
  assert.equal(second.NextToken, undefined);
  assert.throws(() => ssm('GetParametersByPath', { Path: '/a', NextToken: first.NextToken }), { code: 'InvalidNextToken' });
});

test('a hundred versions are kept; the oldest makes room unless it is labelled', async () => {
  const { ssm, put } = await open();
  put('v', '1');
  for (let i = 2; i <= 101; i++) put('v', String(i), { Overwrite: true });
  assert.throws(() => ssm('GetParameter', { Name: 'v:1' }), { code: 'ParameterVersionNotFound' });
  ssm('LabelParameterVersion', { Name: 'v', ParameterVersion: 2, Labels: ['keep'] });
  assert.throws(() => put('v', 'more', { Overwrite: true }), { code: 'ParameterMaxVersionLimitExceeded' });
  ssm('LabelParameterVersion', { Name: 'v', Labels: ['keep'] });
  put('v', 'more', { Overwrite: true });
  const history = ssm('GetParameterHistory', { Name: 'v', MaxResults: 50 });
  assert.deepEqual([history.Parameters[0].Version, history.Parameters.length, typeof history.NextToken], [3, 50, 'string']);
});

test('refused: bad names, too long values, types that change, patterns that do not match or never end', async () => {
  const { put } = await open();
  const refused = (code: string, name: string, value: string, more = {}): void => assert.throws(() => put(name, value, more), { code }, `${name} ${code}`);
  refused('ValidationException', 'a b', 'x');
  refused('ValidationException', 'ssm-x', 'x');
  refused('AccessDeniedException', '/aws/service/ecs/optimized-ami', 'x');
  refused('HierarchyLevelLimitExceededException', `/${'x/'.repeat(15)}y`, 'x');
  refused('ValidationException', 'big', 'x'.repeat(4097));
  put('big', 'x'.repeat(4097), { Tier: 'Advanced' });
  assert.equal(put('smart', 'x'.repeat(4097), { Tier: 'Intelligent-Tiering' }).Tier, 'Advanced');
  refused('ValidationException', 'big', 'x', { Tier: 'Standard', Overwrite: true });
  put('t', 'x');
  refused('HierarchyTypeMismatchException', 't', 'x', { Type: 'SecureString', Overwrite: true });
  refused('ParameterPatternMismatchException', 'p', 'abc', { AllowedPattern: '\\d+' });
  refused('InvalidAllowedPatternException', 'p', 'abc', { AllowedPattern: '(' });
  refused('ParameterPatternMismatchException', 'p', `${'a'.repeat(60)}!`, { AllowedPattern: '(a+)+' });
  refused('ValidationException', 't', 'y', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] });
  refused('ValidationException', 'n', '', {});
  refused('ValidationException', 'n', 'x', { Type: undefined });
});

test('deleted is gone with its history; tags and filters find the rest', async () => {
  const { ssm, put } = await open();
  put('/d/a', '1', { Tags: [{ Key: 'team', Value: 'red' }] });
  put('/d/b', '2');
  put('/d/b', '3', { Overwrite: true });
  const described = (...ParameterFilters: object[]): string[] => ssm('DescribeParameters', { ParameterFilters }).Parameters.map((p: any) => p.Name);
  assert.deepEqual(described({ Key: 'tag:team', Values: ['red'] }), ['/d/a']);
  assert.deepEqual(described({ Key: 'Name', Option: 'Contains', Values: ['b'] }), ['/d/b']);
  assert.deepEqual(described({ Key: 'Path', Option: 'Recursive', Values: ['/d'] }), ['/d/a', '/d/b']);
  ssm('AddTagsToResource', { ResourceType: 'Parameter', ResourceId: '/d/b', Tags: [{ Key: 'team', Value: 'blue' }] });
  assert.deepEqual(ssm('ListTagsForResource', { ResourceType: 'Parameter', ResourceId: '/d/b' }).TagList, [{ Key: 'team', Value: 'blue' }]);
  assert.deepEqual(ssm('DeleteParameters', { Names: ['/d/b', '/d/zzz'] }), { DeletedParameters: ['/d/b'], InvalidParameters: ['/d/zzz'] });
  put('/d/b', 'again');
  assert.equal(ssm('GetParameterHistory', { Name: '/d/b' }).Parameters.length, 1);
  assert.throws(() => ssm('DeleteParameter', { Name: '/d/zzz' }), { code: 'ParameterNotFound' });
});

