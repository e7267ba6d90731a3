// One policy: actions, resources, variables and conditions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, evaluate } from './evaluate.ts';
import { allow, policy, request } from './policy.fixture.ts';

type Values = Readonly<Record<string, string | readonly string[]>>;

function allows(statement: unknown, action: string, resource = '*', values: Values = {}, version = '2012-10-17'): boolean {
  return evaluate(policy(statement, 'identity', version), ask(request(action, resource, values))).allowed !== undefined;
}

/** Whether one condition holds. */
function holds(operator: string, key: string, expected: unknown, values: Values): boolean {
  return allows(allow('ecs:*', '*', { Condition: { [operator]: { [key]: expected } } }), 'ecs:RunTask', '*', values);
}

test('AC3 actions match by service and operation without regard to case', () => {
  assert.ok(allows(allow('ECS:runtask'), 'ecs:RunTask'));
  assert.ok(allows(allow('ecs:*Task'), 'ecs:RunTask'));
  assert.ok(allows(allow('ecs:R?nTask'), 'ecs:RunTask'));
  assert.ok(!allows(allow('ecs:R?Task'), 'ecs:RunTask'));
  assert.ok(!allows(allow('ec*:x'), 'ecs:RunTask'));
  assert.ok(!allows(allow('ecs:Run'), 'ecs:RunTask'));
  const not = { Effect: 'Allow', NotAction: ['ecs:*', 'iam:GetRole'], Resource: '*' };
  assert.deepEqual(['ecs:RunTask', 'iam:GetRole', 'iam:GetUser', 'ecr:X'].map((action) => allows(not, action)), [false, false, true, true]);
});

test('AC4 resources match by text with wildcards', () => {
  const arn = 'arn:aws:logs:us-east-1:111122223333:log-group:/app/a:log-stream:x';
  assert.ok(allows(allow('logs:*', 'arn:aws:logs:*:*:log-group:/app/*'), 'logs:PutLogEvents', arn));
  assert.ok(!allows(allow('logs:*', 'arn:aws:logs:*:*:log-group:/APP/*'), 'logs:PutLogEvents', arn));
  assert.ok(!allows(allow('logs:*', 'arn:aws:logs:*:*:log-group:/app'), 'logs:PutLogEvents', arn));
  const not = { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:logs:*'] };
  assert.ok(!allows(not, 'logs:PutLogEvents', arn));
  assert.ok(allows(not, 'ecs:RunTask', 'arn:aws:ecs:us-east-1:111122223333:task-definition/a:1'));
});

test('AC5 variables are filled from the request, as plain text', () => {
  const own = (text: string): object => allow('ecs:*', `arn:aws:ecs:us-east-1:1:task/${text}`);
  const arn = (name: string): string => `arn:aws:ecs:us-east-1:1:task/${name}`;
  assert.ok(allows(own('${aws:username}/*'), 'ecs:StopTask', arn('ada/1'), { 'aws:username': 'ada' }));
  assert.ok(!allows(own('${aws:username}/*'), 'ecs:StopTask', arn('bob/1'), { 'aws:username': 'ada' }));
  assert.ok(!allows(own('${aws:username}'), 'ecs:StopTask', arn('bob'), { 'aws:username': '*' }));
  assert.ok(!allows(own('${aws:username}*'), 'ecs:StopTask', arn('bob')));
  assert.ok(allows(own("${aws:PrincipalTag/team, 'all'}"), 'ecs:StopTask', arn('all')));
  assert.ok(allows(own("${aws:PrincipalTag/team, 'all'}"), 'ecs:StopTask', arn('x'), { 'aws:PrincipalTag/team': 'x' }));
  assert.ok(allows(own('a${*}b'), 'ecs:StopTask', arn('a*b')));
  assert.ok(!allows(own('a${*}b'), 'ecs:StopTask', arn('axb')));
  assert.ok(allows(own('${aws:username}'), 'ecs:StopTask', arn('${aws:username}'), { 'aws:username': 'ada' }, '2008-10-17'));
  assert.ok(!allows(own('${aws:username}'), 'ecs:StopTask', arn('ada'), { 'aws:username': 'ada' }, '2008-10-17'));
  assert.ok(holds('StringEquals', 'ecs:cluster', '${aws:username}', { 'ecs:cluster': 'ada', 'aws:username': 'ada' }));
});

test('AC6 every condition and one of its values must match', () => {
  const both = allow('ecs:*', '*', { Condition: { StringEquals: { 'aws:username': ['ada', 'bob'] }, Bool: { 'aws:SecureTransport': true } } });
  assert.ok(allows(both, 'ecs:RunTask', '*', { 'aws:username': 'bob', 'AWS:securetransport': 'true' }));
  assert.ok(!allows(both, 'ecs:RunTask', '*', { 'aws:username': 'bob', 'aws:SecureTransport': 'false' }));
  assert.ok(!allows(both, 'ecs:RunTask', '*', { 'aws:username': 'eve', 'aws:SecureTransport': 'true' }));
  assert.ok(holds('StringNotEquals', 'aws:username', ['ada', 'bob'], { 'aws:username': 'eve' }));
  assert.ok(!holds('StringNotEquals', 'aws:username', ['ada', 'bob'], { 'aws:username': 'ada' }));
});

test('AC7 an absent key fails a condition, unless it is negated, IfExists or Null', () => {
  assert.deepEqual(
    ['StringEquals', 'StringEqualsIfExists', 'StringNotEquals', 'NumericLessThan', 'ForAnyValue:StringNotEquals'].map((operator) => holds(operator, 'aws:username', '5', {})),
    [false, true, true, false, false],
  );
  assert.ok(holds('Null', 'aws:username', 'true', {}));
  assert.ok(!holds('Null', 'aws:username', 'true', { 'aws:username': 'ada' }));
  assert.ok(holds('Null', 'aws:username', false, { 'aws:username': 'ada' }));
  assert.ok(!holds('StringEqualsIfExists', 'aws:username', 'ada', { 'aws:username': 'bob' }));
});

test('AC8 set operators ask for all or for any of the values of a request', () => {
  const tags = { 'aws:TagKeys': ['team', 'stage'] };
  assert.ok(holds('ForAllValues:StringEquals', 'aws:TagKeys', ['team', 'stage', 'x'], tags));
  assert.ok(!holds('ForAllValues:StringEquals', 'aws:TagKeys', ['team'], tags));
  assert.ok(holds('ForAllValues:StringEquals', 'aws:TagKeys', ['team'], {}));
  assert.ok(holds('ForAllValues:StringEquals', 'aws:TagKeys', ['team'], { 'aws:TagKeys': [] }));
  assert.ok(holds('ForAnyValue:StringLike', 'aws:TagKeys', 't*', tags));
  assert.ok(!holds('ForAnyValue:StringLike', 'aws:TagKeys', 'q*', tags));
  assert.ok(holds('ForAnyValue:StringNotEquals', 'aws:TagKeys', 'team', tags));
  assert.ok(!holds('ForAllValues:StringNotEquals', 'aws:TagKeys', 'team', tags));
});

const COMPARED: readonly (readonly [operator: string, expected: string, given: string, holds: boolean])[] = [
  ['StringEquals', 'Ada', 'ada', false],
  ['StringEqualsIgnoreCase', 'Ada', 'aDA', true],
  ['StringNotEqualsIgnoreCase', 'Ada', 'aDA', false],
  ['StringLike', 'a?a*', 'adam', true],
  ['StringEquals', 'a*', 'ab', false],
  ['StringNotLike', 'a*', 'b', true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericNotEquals', '10', '11', true],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '10', '9', false],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericEquals', 'ten', 'ten', false],
  ['NumericLessThan', '10', '', false],
  ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
  ['DateLessThan', '2026-01-01', '2025-12-31T23:59:59Z', true],
  ['DateGreaterThan', '2026-01-01', 'yesterday', false],
  ['Bool', 'True', 'true', true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['IpAddress', '203.0.113.0/24', '203.0.113.77', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.1', false],
  ['IpAddress', '203.0.113.0/24', '::ffff:203.0.113.1', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:7fff::1', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:8000::1', false],
  ['IpAddress', '0.0.0.0/0', '::1', false],
  ['IpAddress', '10.0.0.1', '10.0.0.1', true],
  ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', true],
  ['IpAddress', '10.0.0.0/99', '10.0.0.1', false],
  ['ArnLike', 'arn:aws:ecs:*:*:cluster/*', 'arn:aws:ecs:us-east-1:1:cluster/a', true],
  ['ArnEquals', 'arn:aws:ecs:us*1:cluster/a', 'arn:aws:ecs:us-east-1:1:cluster/a', false],
  ['ArnLike', 'arn:aws:*:cluster/a', 'arn:aws:ecs:us-east-1:1:cluster/a', false],
  ['ArnLike', 'arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:us-east-1:1:log-group:a:b', true],
  ['ArnNotLike', 'arn:aws:ecs:*:*:cluster/*', 'arn:aws:ecs:us-east-1:1:task/a', true],
  ['ArnNotEquals', 'arn:aws:ecs:*:*:cluster/a', 'arn:aws:ecs:us-east-1:1:cluster/a', false],
];

test('AC9 each kind of value is compared as what it is', () => {
  for (const [operator, expected, given, answer] of COMPARED) {
    assert.equal(holds(operator, 'x:key', expected, { 'x:key': given }), answer, `${operator} ${expected} ~ ${given}`);
  }
});
