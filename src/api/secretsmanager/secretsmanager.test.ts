// Secrets Manager by example, called as the wire calls it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secrets, secretVersions } from '#model/secret.ts';
import { openVaultHarness } from '#tests/support/vault-harness.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { OPERATIONS } from './operations.ts';

const token = (letter: string): string => letter.repeat(32);

async function open() {
  const harness = await openVaultHarness();
  const sm = (operation: string, input: Record<string, unknown> = {}, options = {}): any => harness.call('secretsmanager', operation, input, options);
  const read = (SecretId: string, more = {}): string => sm('GetSecretValue', { SecretId, ...more }).SecretString;
  return { ...harness, sm, read };
}

test('every operation has the schema of its name', () => {
  for (const name of OPERATION_NAMES) assert.equal((OPERATIONS[name].schema as unknown[])[2], name);
});

test('a secret is found by name, ARN and ARN without its suffix; never from another account', async () => {
  const { sm, read, store } = await open();
  const { ARN } = sm('CreateSecret', { Name: 'db/prod', SecretString: 'hunter2' });
  assert.match(ARN, /^arn:aws:secretsmanager:us-east-1:000000000000:secret:db\/prod-[A-Za-z0-9]{6}$/);
  for (const id of ['db/prod', ARN, ARN.slice(0, -7)]) assert.equal(read(id), 'hunter2');
  for (const options of [{ account: '111111111111' }, { region: 'eu-west-1' }]) {
    assert.throws(() => sm('GetSecretValue', { SecretId: ARN }, options), { code: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." });
  }
  assert.ok(!JSON.stringify([...store.all(secrets), ...store.all(secretVersions)]).includes('hunter2'));
});

test('bytes stay bytes; a secret has one kind of value', async () => {
  const { sm } = await open();
  sm('CreateSecret', { Name: 'b', SecretBinary: Buffer.from([0, 255, 1]) });
  assert.deepEqual([...sm('GetSecretValue', { SecretId: 'b' }).SecretBinary], [0, 255, 1]);
  assert.throws(() => sm('PutSecretValue', { SecretId: 'b', SecretString: 'x', SecretBinary: Buffer.from('x') }), { code: 'InvalidParameterException' });
  assert.throws(() => sm('PutSecretValue', { SecretId: 'b' }), { code: 'InvalidRequestException' });
});

test('stages: current, previous and own ones move as in AWS', async () => {
  const { sm, read } = await open();
  sm('CreateSecret', { Name: 's', SecretString: 'one', ClientRequestToken: token('a') });
  sm('PutSecretValue', { SecretId: 's', SecretString: 'two', ClientRequestToken: token('b') });
  assert.deepEqual([read('s'), read('s', { VersionStage: 'AWSPREVIOUS' }), read('s', { VersionId: token('a') })], ['two', 'one', 'one']);
  sm('PutSecretValue', { SecretId: 's', SecretString: 'three', ClientRequestToken: token('c'), VersionStages: ['AWSPENDING', 'mine'] });
  assert.deepEqual([read('s'), read('s', { VersionStage: 'mine' })], ['two', 'three']);
  const move = (more: object): unknown => sm('UpdateSecretVersionStage', { SecretId: 's', VersionStage: 'AWSCURRENT', ...more });
  assert.throws(() => move({ MoveToVersionId: token('c') }), { code: 'InvalidParameterException', message: /RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version b{32}/ });
  assert.throws(() => move({ RemoveFromVersionId: token('b') }), { code: 'InvalidParameterException' });
  move({ MoveToVersionId: token('c'), RemoveFromVersionId: token('b') });
  assert.deepEqual([read('s'), read('s', { VersionStage: 'AWSPREVIOUS' })], ['three', 'two']);
  assert.deepEqual(sm('DescribeSecret', { SecretId: 's' }).VersionIdsToStages, { [token('b')]: ['AWSPREVIOUS'], [token('c')]: ['AWSPENDING', 'mine', 'AWSCURRENT'] });
  assert.deepEqual(sm('ListSecretVersionIds', { SecretId: 's', IncludeDeprecated: true }).Versions.length, 3);
  assert.throws(() => read('s', { VersionStage: 'nope' }), { code: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value for staging label: nope" });
  assert.throws(() => read('s', { VersionStage: 'mine', VersionId: token('a') }), { code: 'InvalidRequestException' });
});

test('the same token with the same value changes nothing; with another value it is refused', async () => {
  const { sm } = await open();
  const create = (SecretString: string): any => sm('CreateSecret', { Name: 'i', SecretString, ClientRequestToken: token('a') });
  assert.deepEqual(create('x'), create('x'));
  assert.throws(() => create('y'), { code: 'ResourceExistsException' });
  const put = (SecretString: string): any => sm('PutSecretValue', { SecretId: 'i', SecretString, ClientRequestToken: token('b') });
  assert.deepEqual(put('z'), put('z'));
  assert.throws(() => put('other'), { code: 'ResourceExistsException', message: /You can't use ClientRequestToken b{32} because that value is already in use for a version of secret/ });
});

test('deletion waits, can be taken back, or is forced', async () => {
  const { sm, read } = await open();
  sm('CreateSecret', { Name: 'd', SecretString: 'x' });
  assert.throws(() => sm('DeleteSecret', { SecretId: 'd', RecoveryWindowInDays: 3 }), { code: 'InvalidParameterException' });
  sm('DeleteSecret', { SecretId: 'd', RecoveryWindowInDays: 7 });
  assert.throws(() => read('d'), { code: 'InvalidRequestException', message: "You can't perform this operation on the secret because it was marked for deletion." });
  assert.throws(() => sm('CreateSecret', { Name: 'd', SecretString: 'y' }), { code: 'InvalidRequestException' });
  assert.deepEqual([sm('ListSecrets').SecretList.length, sm('ListSecrets', { IncludePlannedDeletion: true }).SecretList.length], [0, 1]);
  sm('RestoreSecret', { SecretId: 'd' });
  assert.equal(read('d'), 'x');
  sm('DeleteSecret', { SecretId: 'd', ForceDeleteWithoutRecovery: true });
  assert.throws(() => read('d'), { code: 'ResourceNotFoundException' });
  sm('DeleteSecret', { SecretId: 'd', ForceDeleteWithoutRecovery: true });
});

test('lists are filtered; many values come at once, failures beside them', async () => {
  const { sm } = await open();
  sm('CreateSecret', { Name: 'app/one', SecretString: '1', Tags: [{ Key: 'team', Value: 'red' }] });
  sm('CreateSecret', { Name: 'app/two', SecretString: '2', Description: 'The Second one' });
  const names = (...Filters: object[]): string[] => sm('ListSecrets', { Filters, SortBy: 'name' }).SecretList.map((s: any) => s.Name);
  assert.deepEqual(names({ Key: 'name', Values: ['app/'] }), ['app/one', 'app/two']);
  assert.deepEqual(names({ Key: 'name', Values: ['!app/o'] }), ['app/two']);
  assert.deepEqual(names({ Key: 'tag-key', Values: ['team'] }), ['app/one']);
  assert.deepEqual(names({ Key: 'all', Values: ['SECOND'] }), ['app/two']);
  const answer = sm('BatchGetSecretValue', { SecretIdList: ['app/one', 'nope', 'app/two'] });
  assert.deepEqual(answer.SecretValues.map((s: any) => s.SecretString), ['1', '2']);
  assert.deepEqual(answer.Errors.map((e: any) => [e.SecretId, e.ErrorCode]), [['nope', 'ResourceNotFoundException']]);
  const page = sm('ListSecrets', { MaxResults: 1 });
  assert.equal(sm('ListSecrets', { MaxResults: 1, NextToken: page.NextToken }).NextToken, undefined);
});

test('a secret under a key that is disabled cannot be read', async () => {
  const { sm, call, read } = await open();
  const { KeyId } = call('kms', 'CreateKey').KeyMetadata;
  sm('CreateSecret', { Name: 'k', SecretString: 'x', KmsKeyId: KeyId });
  call('kms', 'DisableKey', { KeyId });
  assert.throws(() => read('k'), { code: 'DecryptionFailure' });
  assert.throws(() => sm('PutSecretValue', { SecretId: 'k', SecretString: 'y' }), { code: 'EncryptionFailure' });
});

test('policies, tags and passwords', async () => {
  const { sm } = await open();
  sm('CreateSecret', { Name: 'p', SecretString: 'x' });
  const open_ = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] });
  assert.throws(() => sm('PutResourcePolicy', { SecretId: 'p', ResourcePolicy: '{' }), { code: 'MalformedPolicyDocumentException' });
  assert.throws(() => sm('PutResourcePolicy', { SecretId: 'p', ResourcePolicy: open_, BlockPublicPolicy: true }), { code: 'PublicPolicyException' });
  sm('PutResourcePolicy', { SecretId: 'p', ResourcePolicy: open_ });
  assert.equal(sm('GetResourcePolicy', { SecretId: 'p' }).ResourcePolicy, open_);
  sm('TagResource', { SecretId: 'p', Tags: [{ Key: 'a', Value: '1' }] });
  sm('UntagResource', { SecretId: 'p', TagKeys: ['a'] });
  assert.deepEqual(sm('DescribeSecret', { SecretId: 'p' }).Tags, []);
  assert.equal(sm('GetRandomPassword', { PasswordLength: 20 }).RandomPassword.length, 20);
  assert.throws(() => sm('RotateSecret', { SecretId: 'p', RotationLambdaARN: 'arn:aws:lambda:us-east-1:000000000000:function:x' }), { code: 'InvalidParameterException' });
  assert.throws(() => sm('RotateSecret', { SecretId: 'p' }), { code: 'InvalidRequestException' });
});
