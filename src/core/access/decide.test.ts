// Several policies together: who wins, and what only takes away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, type Bearing, type Decision } from './decide.ts';
import { ACCOUNT, ADA, allow, deny, named, request, requests, ROOT, SESSION, statements } from './policy.fixture.ts';
import type { Principal } from './principal.ts';
import { simulate } from './simulate.ts';

const RUN = request('ecs:RunTask', 'arn:aws:ecs:us-east-1:111122223333:task-definition/a:1');

function says(bearing: Bearing, who: Principal = ADA): string {
  const decision: Decision = decide(who, RUN, bearing);
  return decision.allowed ? `yes by ${decision.by?.source ?? 'nothing'}` : `no ${decision.explicit ? 'explicit' : 'implicit'} ${decision.source}`;
}

const trust = (Principal: unknown, more: object = {}): ReturnType<typeof named> => named({ Effect: 'Allow', Action: '*', Principal, ...more }, 'resource');
const yes = named(allow('ecs:*'));
const no = named(deny('ecs:RunTask'));
const other = named(allow('ecr:*'));

test('AC10 a Deny wins, and silence is no', () => {
  assert.equal(says({ identity: [] }), 'no implicit identity');
  assert.equal(says({ identity: [other, yes] }), 'yes by identity');
  assert.equal(says({ identity: [yes, no] }), 'no explicit identity');
  assert.equal(says({ identity: [yes], resource: { account: ACCOUNT, policy: named({ ...deny('*'), Principal: '*' }, 'resource') } }), 'no explicit resource');
  const decision = decide(ADA, RUN, { identity: [named([allow('*'), deny('ecs:*', '*', { Sid: 'stop' })])] });
  assert.ok(!decision.allowed && decision.explicit && decision.by.statement.sid === 'stop');
});

test('AC11 boundary, session policy and guardrail must allow too, and give nothing by themselves', () => {
  assert.equal(says({ identity: [yes], boundary: other }), 'no implicit boundary');
  assert.equal(says({ identity: [yes], boundary: no }), 'no explicit boundary');
  assert.equal(says({ identity: [yes], boundary: yes }), 'yes by identity');
  assert.equal(says({ identity: [], boundary: yes }), 'no implicit identity');
  assert.equal(says({ identity: [yes], session: [other] }, SESSION), 'no implicit session');
  assert.equal(says({ identity: [yes], session: [other, yes] }, SESSION), 'yes by identity');
  assert.equal(says({ identity: [other], session: [yes] }, SESSION), 'no implicit identity');
  assert.equal(says({ identity: [yes], guardrails: [yes, other] }), 'no implicit guardrail');
});

test('AC11 a boundary never widens', () => {
  fc.assert(
    fc.property(statements, statements, requests, (own, bound, asked) => {
      const bounded = decide(ADA, asked, { identity: [named(own)], boundary: named(bound) });
      const plain = decide(ADA, asked, { identity: [named(own)] });
      assert.ok(!bounded.allowed || plain.allowed);
      const limited = decide(SESSION, asked, { identity: [named(own)], session: [named(bound)] });
      assert.ok(!limited.allowed || plain.allowed);
    }),
    { numRuns: 500 },
  );
});

test('AC12 a resource policy that names the principal is enough in its account', () => {
  const resource = (Principal: unknown): Bearing['resource'] => ({ account: ACCOUNT, policy: trust(Principal) });
  assert.equal(says({ identity: [], resource: resource({ AWS: ADA.arn }) }), 'yes by resource');
  assert.equal(says({ identity: [], resource: resource('*') }), 'yes by resource');
  assert.equal(says({ identity: [], resource: resource({ AWS: ACCOUNT }) }), 'no implicit identity');
  assert.equal(says({ identity: [yes], resource: resource({ AWS: ACCOUNT }) }), 'yes by identity');
  assert.equal(says({ identity: [], boundary: other, resource: resource({ AWS: ADA.arn }) }), 'yes by resource');
  assert.equal(says({ identity: [], boundary: other, resource: resource({ AWS: SESSION.issuerArn }) }, SESSION), 'no implicit boundary');
  assert.equal(says({ identity: [], session: [other], resource: resource({ AWS: SESSION.arn }) }, SESSION), 'yes by resource');
});

test('AC13 across accounts both sides must allow', () => {
  const account = '999999999999';
  assert.equal(says({ identity: [yes], resource: { account } }), 'no implicit resource');
  assert.equal(says({ identity: [], resource: { account, policy: trust({ AWS: ADA.arn }) } }), 'no implicit identity');
  assert.equal(says({ identity: [yes], resource: { account, policy: trust({ AWS: ADA.arn }) } }), 'yes by identity');
  assert.equal(says({ identity: [yes], resource: { account, policy: trust({ AWS: ACCOUNT }) } }), 'yes by identity');
  assert.equal(says({ identity: [], resource: { account } }, ROOT), 'no implicit resource');
});

test('AC14 a required resource policy must allow; services and web identities need only that', () => {
  const required = (Principal: unknown): Bearing => ({ identity: [yes], resource: { account: ACCOUNT, required: true, policy: trust(Principal) } });
  assert.equal(says(required({ AWS: '999999999999' })), 'no implicit resource');
  assert.equal(says(required({ AWS: ACCOUNT })), 'yes by identity');
  assert.equal(says(required({ AWS: '999999999999' }), ROOT), 'no implicit resource');
  const tasks: Principal = { kind: 'service', account: '', arn: '', name: 'ecs-tasks.amazonaws.com' };
  assert.equal(says({ ...required({ Service: 'ecs-tasks.amazonaws.com' }), identity: [] }, tasks), 'yes by resource');
  assert.equal(says({ ...required({ Service: 'ecs.amazonaws.com' }), identity: [] }, tasks), 'no implicit resource');
  const web: Principal = { kind: 'webIdentity', account: '', arn: '', name: `arn:aws:iam::${ACCOUNT}:oidc-provider/a` };
  assert.equal(says({ ...required({ Federated: web.name }), identity: [] }, web), 'yes by resource');
});

test('AC15 root may do all that is not denied or beyond a guardrail', () => {
  assert.equal(says({ identity: [] }, ROOT), 'yes by nothing');
  assert.equal(says({ identity: [], guardrails: [other] }, ROOT), 'no implicit guardrail');
  assert.equal(says({ identity: [], guardrails: [no] }, ROOT), 'no explicit guardrail');
});

test('AC16 a further Deny never widens', () => {
  fc.assert(
    fc.property(statements, statements, requests, (own, more, asked) => {
      const denies = more.map((statement) => ({ ...statement, Effect: 'Deny' }));
      const before = decide(ADA, asked, { identity: [named(own)] });
      const after = decide(ADA, asked, { identity: [named([...own, ...denies])] });
      assert.ok(!after.allowed || before.allowed);
    }),
    { numRuns: 1000 },
  );
});

test('AC16 the order of statements and policies does not matter', () => {
  const shuffled = statements.chain((own) => fc.tuple(fc.constant(own), fc.shuffledSubarray([...own], { minLength: own.length })));
  fc.assert(
    fc.property(shuffled, requests, ([own, mixed], asked) => {
      const one = decide(ADA, asked, { identity: [named(own)] }).allowed;
      assert.equal(decide(ADA, asked, { identity: [named(mixed)] }).allowed, one);
      assert.equal(decide(ADA, asked, { identity: mixed.map((statement) => named(statement)) }).allowed, one);
    }),
    { numRuns: 1000 },
  );
});

test('AC3 NotAction is the dual of Action', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('ecs:*', 'ecs:Run*', 'ecr:*', 'logs:GetRole', '*'), { minLength: 1, maxLength: 3 }), requests, (actions, asked) => {
      const by = (element: string): boolean => decide(ADA, asked, { identity: [named({ Effect: 'Allow', [element]: actions, Resource: '*' })] }).allowed;
      assert.notEqual(by('Action'), by('NotAction'));
    }),
    { numRuns: 300 },
  );
});

test('AC18 a simulation names the statements that speak and the keys not given', () => {
  const identity = [{ ...named([allow('ecs:*', '*', { Sid: 'all' }), deny('ecs:StopTask', '*', { Sid: 'not', Condition: { StringEquals: { 'aws:username': '${aws:PrincipalTag/x}' } } })]), id: 'mine' }];
  const context = (key: string): string[] | undefined => (key === 'aws:username' ? ['ada'] : undefined);
  const results = simulate({ who: ADA, bearing: { identity }, actions: ['ecs:RunTask', 'ecs:StopTask', 'iam:GetRole'], resources: ['*'], context });
  assert.deepEqual(results.map((result) => [result.decision.allowed, result.matched.map(({ id, statement }) => `${id} ${statement.sid}`)]), [
    [true, ['mine all']],
    [true, ['mine all']],
    [false, []],
  ]);
  assert.deepEqual(results[0]!.missingKeys, ['aws:principaltag/x']);
});

test('AC19 NotPrincipal reaches everyone but whom it names', () => {
  const policy = named({ Effect: 'Deny', Action: '*', NotPrincipal: { AWS: ADA.arn } }, 'resource');
  assert.equal(says({ identity: [yes], resource: { account: ACCOUNT, policy } }), 'yes by identity');
  assert.equal(says({ identity: [yes], resource: { account: ACCOUNT, policy } }, SESSION), 'no explicit resource');
});
