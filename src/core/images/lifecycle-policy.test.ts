// Lifecycle policies: what is accepted, and what is said about the rest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLifecyclePolicy } from './lifecycle-policy.ts';

const rule = (selection: object = {}, rest: object = {}) => ({
  rulePriority: 1,
  selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5, ...selection },
  action: { type: 'expire' },
  ...rest,
});
const parse = (...rules: object[]) => parseLifecyclePolicy(JSON.stringify({ rules }));
const problem = (...rules: object[]) => {
  const parsed = parse(...rules);
  return 'problem' in parsed ? parsed.problem : 'accepted';
};

test('rules are read and come in order of priority', () => {
  const parsed = parse(rule({ tagStatus: 'any' }, { rulePriority: 9 }), rule({ tagStatus: 'tagged', tagPrefixList: ['v'] }, { rulePriority: 2, description: 'two' }));
  assert.ok('rules' in parsed);
  assert.deepEqual(parsed.rules.map(({ priority }) => priority), [2, 9]);
  assert.deepEqual(parsed.rules[0], {
    priority: 2,
    description: 'two',
    tagStatus: 'tagged',
    tagPatterns: [],
    tagPrefixes: ['v'],
    countType: 'imageCountMoreThan',
    count: 5,
    storageClass: 'standard',
    action: 'expire',
  });
});

test('ages need their unit, counts must not have one', () => {
  assert.equal(problem(rule({ countType: 'sinceImagePushed', countUnit: 'days' })), 'accepted');
  for (const selection of [{ countType: 'sinceImagePushed' }, { countUnit: 'days' }]) {
    assert.equal(problem(rule(selection)), 'instance failed to match exactly one schema (matched 0 out of 2)');
  }
  assert.match(problem(rule({ countType: 'sinceImagePulled', countUnit: 'weeks' })), /not found in enum/);
});

test('tagged rules name tags in exactly one way, others in none', () => {
  assert.equal(problem(rule({ tagStatus: 'tagged', tagPatternList: ['prod*'] })), 'accepted');
  for (const selection of [{ tagStatus: 'tagged' }, { tagStatus: 'tagged', tagPatternList: ['a'], tagPrefixList: ['a'] }, { tagPrefixList: ['a'] }]) {
    assert.match(problem(rule(selection)), /exactly one schema/);
  }
  assert.match(problem(rule({ tagStatus: 'tagged', tagPatternList: ['*a*b*c*d*'] })), /at most 4 wildcards/);
});

test('transitions go to the archive', () => {
  const action = { type: 'transition', targetStorageClass: 'archive' };
  assert.equal(problem(rule({ countType: 'sinceImagePulled', countUnit: 'days' }, { action })), 'accepted');
  assert.match(problem(rule({}, { action: { type: 'transition' } })), /exactly one schema/);
  assert.match(problem(rule({}, { action: { type: 'keep' } })), /not found in enum/);
});

test('rules must agree with one another', () => {
  assert.match(problem(rule(), rule({ tagStatus: 'any' })), /unique/);
  assert.match(problem(rule(), rule({}, { rulePriority: 2 })), /'untagged'/);
  assert.match(problem(rule({ tagStatus: 'any' }), rule({}, { rulePriority: 2 })), /highest rulePriority/);
});

test('forms that are wrong are named', () => {
  const cases: [string, RegExp][] = [
    ['{', /Could not map policyString/],
    ['[]', /instance type \(array\)/],
    ['{}', /missing required properties \(\["rules"\]\)/],
    ['{"rules":[]}', /at least 1 elements/],
    ['{"rules":{}}', /instance type \(object\)/],
    [JSON.stringify({ rules: [rule({ extra: 1 })] }), /not allowed by the schema: \(\["extra"\]\)/],
    [JSON.stringify({ rules: [rule({ countNumber: 0 })] }), /minimum: 1, found: 0/],
    [JSON.stringify({ rules: [rule({}, { description: null })] }), /instance type \(null\)/],
  ];
  for (const [text, expected] of cases) {
    const parsed = parseLifecyclePolicy(text);
    assert.match('problem' in parsed ? parsed.problem : 'accepted', expected, text);
  }
});

test('any document gets rules or a problem, never an exception', () => {
  fc.assert(fc.property(fc.json(), (text) => assert.ok(parseLifecyclePolicy(text))));
});
