// What a policy may look like, and what is said of one that does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from './decide.ts';
import { parseDocument, parsePolicy, type PolicyKind } from './parse-policy.ts';
import { ADA, allow, requests } from './policy.fixture.ts';
import { keysOf } from './simulate.ts';

function malformed(statements: unknown, kind: PolicyKind = 'identity'): string {
  const parsed = parseDocument({ Version: '2012-10-17', Statement: statements }, kind);
  return 'malformed' in parsed ? parsed.malformed.is : 'fine';
}

test('AC1 the first thing wrong with a policy is named', () => {
  const is = (text: string): string => {
    const parsed = parsePolicy(text, 'identity');
    return 'malformed' in parsed ? parsed.malformed.is : 'fine';
  };
  assert.equal(is('{'), 'syntax');
  assert.equal(is('[]'), 'syntax');
  assert.equal(is('{"Version":"2012-10-17","Statement":[]}'), 'syntax');
  assert.equal(is('{"Version":"2012-10-18","Statement":[]}'), 'version');
  assert.equal(is(JSON.stringify({ Statement: allow('ecs:*') })), 'fine');
  assert.equal(is(JSON.stringify({ Version: '2012-10-17', Statement: allow('ecs:*'), Extra: 1 })), 'syntax');
  assert.equal(malformed([allow('ecs:*', '*', { Sid: 'a' }), allow('ecr:*', '*', { Sid: 'a' })]), 'sidNotUnique');
  assert.equal(malformed(allow('ecs:*', '*', { Sid: 'not so' })), 'sidCharacters');
  assert.equal(malformed(allow('ecs:*', '*', { Effect: 'allow' })), 'syntax');
  assert.equal(malformed({ Effect: 'Allow', Resource: '*' }), 'noActions');
  assert.equal(malformed({ Effect: 'Allow', Action: 'ecs:*', NotAction: 'ecr:*', Resource: '*' }), 'syntax');
  assert.equal(malformed(allow('RunTask')), 'vendor');
  assert.equal(malformed(allow('ecs:*', 'cluster/a')), 'resourceFormat');
  assert.equal(malformed(allow('ecs:*', '*', { Condition: { StringIs: { 'aws:username': 'a' } } })), 'conditionType');
  assert.equal(malformed(allow('ecs:*', '*', { Condition: { StringEquals: { 'aws:username': {} } } })), 'syntax');
});

test('AC2 identity policies name resources and no principal, trust policies the reverse', () => {
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } };
  assert.equal(malformed(trust, 'trust'), 'fine');
  assert.equal(malformed({ ...trust, Resource: '*' }, 'trust'), 'resourceProhibited');
  assert.equal(malformed({ ...trust, Principal: undefined }, 'trust'), 'principalMissing');
  assert.equal(malformed({ ...trust, Principal: { AWS: 'ada' } }, 'trust'), 'principalInvalid');
  assert.equal(malformed({ ...trust, Action: 'ecs:RunTask' }, 'trust'), 'trustActions');
  assert.equal(malformed({ Effect: 'Allow', Action: 'ecs:*' }), 'noResources');
  assert.equal(malformed(allow('ecs:*', '*', { Principal: '*' })), 'principalProhibited');
});

const field = fc.constantFrom('Version', 'Statement', 'Effect', 'Action', 'NotAction', 'Resource', 'Principal', 'Condition', 'StringEquals', 'aws:username', 'AWS', 'Sid', '__proto__');
const leaf = fc.oneof(fc.constantFrom('Allow', 'Deny', '*', 'ecs:*', '2012-10-17', '${aws:username}', '${', 'arn:aws:ecs:*'), fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('json'), { maxLength: 3 }), fc.array(fc.tuple(field, tie('json')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries))),
}));

test('AC17 whatever the JSON, reading and evaluating do not throw', () => {
  const kinds = fc.constantFrom<PolicyKind>('identity', 'trust', 'resource');
  fc.assert(
    fc.property(fc.oneof(json, fc.jsonValue().map((value) => JSON.stringify(value)), fc.tuple(json, json).map(([Action, Condition]) => ({ Statement: { Effect: 'Allow', Action, Resource: '*', Condition } }))), kinds, requests, (document, kind, request) => {
      for (const parsed of [parseDocument(document, kind), parsePolicy(typeof document === 'string' ? document : JSON.stringify(document), kind)]) {
        if ('malformed' in parsed) continue;
        keysOf(parsed.policy);
        decide(ADA, request, { identity: [{ id: 'p', policy: parsed.policy }], resource: { account: ADA.account, policy: { id: 'r', policy: parsed.policy } } });
      }
    }),
    { numRuns: 2000 },
  );
});

test('AC17 a pattern made to be slow is not', () => {
  const parsed = parseDocument({ Statement: allow('ecs:RunTask', `arn:aws:ecs:*:*:${'*a'.repeat(500)}b`) }, 'identity');
  assert.ok('policy' in parsed);
  const request = { action: 'ecs:RunTask', resource: `arn:aws:ecs:us-east-1:1:${'a'.repeat(2000)}`, context: () => undefined };
  assert.equal(decide(ADA, request, { identity: [{ id: 'p', policy: parsed.policy }] }).allowed, false);
});
