// The grammar of valueFrom in every combination.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseReference, parseRegistrySecret, pickValue } from './reference.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbCdEf';

test('JSON key, stage and version id, each there or not, come back as they went in', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
  const optional = fc.option(part, { nil: undefined });
  fc.assert(
    fc.property(optional, optional, optional, (jsonKey, versionStage, versionId) => {
      const parsed = parseReference(`${ARN}:${jsonKey ?? ''}:${versionStage ?? ''}:${versionId ?? ''}`, 'us-east-1');
      const wanted = { store: 'asm', region: 'eu-west-1', secretId: ARN, jsonKey, versionStage, versionId };
      assert.deepEqual(parsed, JSON.parse(JSON.stringify(wanted)));
    }),
  );
  assert.deepEqual(parseReference(ARN, 'us-east-1'), { store: 'asm', region: 'eu-west-1', secretId: ARN });
});

test('parameters by name and by ARN, in their region', () => {
  assert.deepEqual(parseReference('/a/b', 'us-east-1'), { store: 'ssm', region: 'us-east-1', name: '/a/b' });
  const arn = 'arn:aws:ssm:eu-west-1:111122223333:parameter/a/b';
  assert.deepEqual(parseReference(arn, 'us-east-1'), { store: 'ssm', region: 'eu-west-1', name: arn });
});

test('what is neither is told', () => {
  for (const text of ['', `${ARN}:key`, `${ARN}:a:b:c:d`, 'arn:aws:s3:::bucket/x', 'arn:aws:ssm:eu-west-1:111122223333:document/x']) {
    assert.equal(typeof parseReference(text, 'us-east-1'), 'string', text);
  }
});

test('members of JSON secrets as text; no other than own members', () => {
  assert.equal(pickValue('{"a":"x","n":5,"o":{"b":1}}', 'a'), 'x');
  assert.equal(pickValue('{"n":5}', 'n'), '5');
  assert.equal(pickValue('{"o":{"b":1}}', 'o'), '{"b":1}');
  for (const [text, key] of [['{"a":1}', 'b'], ['{"a":1}', 'toString'], ['plain', 'a'], ['"text"', 'length'], ['null', 'a']] as const) assert.equal(pickValue(text, key), undefined);
  assert.equal(pickValue('plain', undefined), 'plain');
  assert.deepEqual(parseRegistrySecret('{"username":"u","password":"p","more":1}'), { username: 'u', password: 'p' });
  assert.equal(parseRegistrySecret('{"username":"u"}'), undefined);
});
