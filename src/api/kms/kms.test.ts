// KMS by example, called as the wire calls it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openVaultHarness } from '#tests/support/vault-harness.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { OPERATIONS } from './operations.ts';
import { schemaOf } from './shapes.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array): string => Buffer.from(value).toString();

test('every operation has the schema of its name', () => {
  for (const name of OPERATION_NAMES) assert.equal((OPERATIONS[name].schema as unknown[])[2], name);
  assert.equal(schemaOf('Encrypt'), OPERATIONS.Encrypt.schema);
});

test('what is encrypted under a key, by id, ARN or alias, is decrypted without naming it', async () => {
  const { call } = await openVaultHarness();
  const { KeyMetadata: key } = call('kms', 'CreateKey', { Description: 'mine' });
  call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: key.KeyId });
  for (const KeyId of [key.KeyId, key.Arn, 'alias/app', 'arn:aws:kms:us-east-1:000000000000:alias/app']) {
    const sealed = call('kms', 'Encrypt', { KeyId, Plaintext: bytes('hello'), EncryptionContext: { a: '1', b: '2' } });
    assert.equal(sealed.KeyId, key.Arn);
    const open = call('kms', 'Decrypt', { CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: { b: '2', a: '1' } });
    assert.deepEqual([text(open.Plaintext), open.KeyId], ['hello', key.Arn]);
  }
});

test('another context, a changed byte, a named wrong key and a foreign account are refused', async () => {
  const { call } = await openVaultHarness();
  const { KeyMetadata: key } = call('kms', 'CreateKey');
  const { KeyMetadata: other } = call('kms', 'CreateKey');
  const { CiphertextBlob } = call('kms', 'Encrypt', { KeyId: key.KeyId, Plaintext: bytes('hello'), EncryptionContext: { a: '1' } });
  assert.throws(() => call('kms', 'Decrypt', { CiphertextBlob }), { code: 'InvalidCiphertextException' });
  assert.throws(() => call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: { a: '2' } }), { code: 'InvalidCiphertextException' });
  assert.throws(() => call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: { a: '1' }, KeyId: other.KeyId }), { code: 'IncorrectKeyException' });
  const abroad = { account: '111111111111' };
  assert.throws(() => call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: { a: '1' } }, abroad), { code: 'AccessDeniedException' });
  assert.throws(() => call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: { a: '1' } }, { region: 'eu-west-1' }), { code: 'AccessDeniedException' });
  assert.throws(() => call('kms', 'DescribeKey', { KeyId: key.Arn }, abroad), { code: 'AccessDeniedException' });
  fc.assert(
    fc.property(fc.nat(CiphertextBlob.length * 8 - 1), (bit) => {
      const changed = Buffer.from(CiphertextBlob);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => call('kms', 'Decrypt', { CiphertextBlob: changed, EncryptionContext: { a: '1' } }), { name: /InvalidCiphertextException|AccessDeniedException/ });
    }),
    { numRuns: 60 },
  );
});

test('a disabled key and one that waits for deletion do nothing; both can come back', async () => {
  const { call } = await openVaultHarness();
  const { KeyId, Arn } = call('kms', 'CreateKey').KeyMetadata;
  const encrypt = (): unknown => call('kms', 'Encrypt', { KeyId, Plaintext: bytes('x') });
  call('kms', 'DisableKey', { KeyId });
  assert.throws(encrypt, { code: 'DisabledException', message: `${Arn} is disabled.` });
  call('kms', 'EnableKey', { KeyId });
  encrypt();
  const { DeletionDate } = call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  assert.ok(DeletionDate instanceof Date);
  assert.throws(encrypt, { code: 'KMSInvalidStateException', message: `${Arn} is pending deletion.` });
  assert.throws(() => call('kms', 'EnableKey', { KeyId }), { code: 'KMSInvalidStateException' });
  call('kms', 'CancelKeyDeletion', { KeyId });
  assert.equal(call('kms', 'DescribeKey', { KeyId }).KeyMetadata.KeyState, 'Disabled');
});

test('keys managed for a service come at first use, one per account, and cannot be changed', async () => {
  const { call } = await openVaultHarness();
  const first = call('kms', 'DescribeKey', { KeyId: 'alias/aws/ssm' }).KeyMetadata;
  assert.equal(first.KeyManager, 'AWS');
  assert.equal(call('kms', 'DescribeKey', { KeyId: 'alias/aws/ssm' }).KeyMetadata.Arn, first.Arn);
  assert.throws(() => call('kms', 'ScheduleKeyDeletion', { KeyId: first.KeyId }), { code: 'AccessDeniedException' });
  assert.throws(() => call('kms', 'CreateAlias', { AliasName: 'alias/aws/ssm', TargetKeyId: first.KeyId }), { code: 'NotAuthorizedException' });
  assert.throws(() => call('kms', 'DescribeKey', { KeyId: 'alias/nothing' }), { code: 'NotFoundException', message: 'Alias arn:aws:kms:us-east-1:000000000000:alias/nothing is not found.' });
});

test('data keys decrypt to what was told; re-encryption moves to another key', async () => {
  const { call } = await openVaultHarness();
  const { KeyMetadata: a } = call('kms', 'CreateKey');
  const { KeyMetadata: b } = call('kms', 'CreateKey');
  const data = call('kms', 'GenerateDataKey', { KeyId: a.KeyId, KeySpec: 'AES_256' });
  assert.equal(data.Plaintext.length, 32);
  const moved = call('kms', 'ReEncrypt', { CiphertextBlob: data.CiphertextBlob, DestinationKeyId: b.KeyId });
  assert.deepEqual([moved.SourceKeyId, moved.KeyId], [a.Arn, b.Arn]);
  assert.deepEqual(call('kms', 'Decrypt', { CiphertextBlob: moved.CiphertextBlob }).Plaintext, Buffer.from(data.Plaintext));
  assert.equal(call('kms', 'GenerateDataKeyWithoutPlaintext', { KeyId: a.KeyId, NumberOfBytes: 20 }).Plaintext, undefined);
  assert.equal(call('kms', 'GenerateRandom', { NumberOfBytes: 9 }).Plaintext.length, 9);
  assert.throws(() => call('kms', 'GenerateDataKey', { KeyId: a.KeyId }), { code: 'ValidationException' });
});

test('lists come in pages; tags and policies are kept', async () => {
  const { call } = await openVaultHarness();
  const ids = Array.from({ length: 5 }, () => call('kms', 'CreateKey', { Tags: [{ TagKey: 'k', TagValue: 'v' }] }).KeyMetadata.KeyId as string);
  const seen: string[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = call('kms', 'ListKeys', { Limit: 2, Marker });
    seen.push(...page.Keys.map((key: { KeyId: string }) => key.KeyId));
    if (!page.Truncated) break;
    Marker = page.NextMarker;
  }
  assert.deepEqual(seen.sort(), ids.sort());
  assert.throws(() => call('kms', 'ListKeys', { Marker: 'bogus' }), { code: 'InvalidMarkerException' });
  call('kms', 'TagResource', { KeyId: ids[0], Tags: [{ TagKey: 'z', TagValue: '1' }] });
  call('kms', 'UntagResource', { KeyId: ids[0], TagKeys: ['k'] });
  assert.deepEqual(call('kms', 'ListResourceTags', { KeyId: ids[0] }).Tags, [{ TagKey: 'z', TagValue: '1' }]);
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  call('kms', 'PutKeyPolicy', { KeyId: ids[0], Policy });
  assert.equal(call('kms', 'GetKeyPolicy', { KeyId: ids[0] }).Policy, Policy);
  assert.throws(() => call('kms', 'PutKeyPolicy', { KeyId: ids[0], Policy: '{' }), { code: 'MalformedPolicyDocumentException' });
});
