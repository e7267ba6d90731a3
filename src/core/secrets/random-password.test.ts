// Passwords keep their rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '#base/random.ts';
import { makePassword } from './random-password.ts';
import { isSecretName, newSecretArn, parseSecretId } from './secret-name.ts';

test('a password has the length, each kind that is wanted, and nothing excluded', () => {
  const flags = fc.record({ lowercase: fc.boolean(), uppercase: fc.boolean(), numbers: fc.boolean(), punctuation: fc.boolean(), space: fc.boolean(), eachKind: fc.boolean() });
  fc.assert(
    fc.property(flags, fc.integer({ min: 5, max: 60 }), fc.string({ maxLength: 20 }), fc.nat(), (rules, length, exclude, seed) => {
      const random = seededRandom(seed);
      const password = makePassword({ ...rules, length, exclude }, (n) => Math.floor(random.next() * n));
      if (password === undefined) return;
      assert.equal(password.length, length);
      for (const character of password) assert.ok(!exclude.includes(character));
      if (!rules.lowercase) assert.doesNotMatch(password, /[a-z]/);
      if (!rules.numbers) assert.doesNotMatch(password, /\d/);
      if (rules.eachKind && rules.numbers && !/\d/.test(exclude)) assert.match(password, /\d/);
    }),
  );
  assert.equal(makePassword({ length: 8, exclude: '', lowercase: false, uppercase: false, numbers: false, punctuation: false, space: false, eachKind: false }, () => 0), undefined);
});

test('secret ids: names, whole ARNs, ARNs without suffix; other accounts are nobody', () => {
  const scope = { account: '000000000000', region: 'us-east-1' };
  const arn = newSecretArn(scope, 'db/prod', () => 0);
  assert.equal(arn, 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db/prod-AAAAAA');
  assert.deepEqual(parseSecretId(scope, arn), { arn, name: 'db/prod-AAAAAA' });
  assert.deepEqual(parseSecretId(scope, arn.slice(0, -7)), { name: 'db/prod' });
  assert.deepEqual(parseSecretId(scope, 'db/prod'), { name: 'db/prod' });
  assert.equal(parseSecretId({ ...scope, account: '111111111111' }, arn), undefined);
  assert.ok(isSecretName('a/b_c+d=e.f@g-h') && !isSecretName('a b') && !isSecretName(''));
});
