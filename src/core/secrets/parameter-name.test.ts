// Names, selectors and paths of parameters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLabel, isUnder, nameProblem, parseSelector, resourceSelector } from './parameter-name.ts';

test('names that AWS takes and names that it does not', () => {
  for (const name of ['a', '/a', '/a/b.c-d_e', 'plain.name', `/${'x/'.repeat(14)}y`]) assert.equal(nameProblem(name), undefined, name);
  assert.equal(nameProblem('/aws/x'), 'reserved');
  for (const name of ['awsome', 'ssm-x', '/ssm/x', 'AWS']) assert.equal(nameProblem(name), 'prefix', name);
  for (const name of ['a b', '/a//b', '/a/', 'ä', '/a:b']) assert.equal(nameProblem(name), 'grammar', name);
  assert.equal(nameProblem('a/b'), 'not-qualified');
  assert.equal(nameProblem(`/${'x/'.repeat(15)}y`), 'levels');
});

test('selectors are versions when they are numbers, else labels', () => {
  assert.deepEqual(parseSelector('/a/b'), { name: '/a/b' });
  assert.deepEqual(parseSelector('/a:3'), { name: '/a', selector: ':3', version: 3 });
  assert.deepEqual(parseSelector('/a:prod'), { name: '/a', selector: ':prod', label: 'prod' });
  assert.deepEqual(resourceSelector('parameter/a/b:2'), { name: 'a/b', selector: ':2', version: 2 });
  assert.equal(resourceSelector('document/a'), undefined);
});

test('what lies directly under a path lies under it recursively; nothing lies under itself', () => {
  const segment = fc.stringMatching(/^[a-z0-9]{1,4}$/);
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.array(segment, { minLength: 1, maxLength: 4 }), (above, below) => {
      const path = `/${above.join('/')}`;
      const name = `${path}/${below.join('/')}`;
      assert.ok(isUnder(name, path, true) && isUnder(name, `${path}/`, true) && isUnder(name, '/', true));
      assert.equal(isUnder(name, path, false), below.length === 1);
      assert.equal(isUnder(path, path, true), false);
      assert.equal(isUnder(`${path}x/y`, path, true), false);
    }),
  );
});

test('labels begin with no digit and with neither aws nor ssm', () => {
  assert.ok(isLabel('prod') && isLabel('a.b-c_1'));
  for (const label of ['1x', 'aws', 'SSMx', 'a b', '', 'x'.repeat(101)]) assert.ok(!isLabel(label), label);
});
