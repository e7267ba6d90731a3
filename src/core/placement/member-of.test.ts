// The cluster query language by example, and that no text breaks its parser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HostCapacity } from './host-capacity.ts';
import { hostFixture } from './host.fixture.ts';
import { parseMemberOf } from './member-of.ts';

const host = new HostCapacity(
  hostFixture('a', {
    ec2InstanceId: 'i-0abc',
    availabilityZone: 'us-east-1b',
    versionInfo: { agentVersion: '1.10.2' },
    registeredAt: Date.parse('2026-03-01T12:00:00Z'),
    attributes: [{ name: 'ecs.instance-type', value: 't2.small' }, { name: 'stack', value: 'prod' }, { name: 'gpu' }, { name: 'slots', value: '12' }],
  }),
);
for (const group of ['service:web', 'service:web', 'database']) host.take({ group, running: true, reserved: { cpu: 0, memoryMiB: 0, tcpPorts: [], udpPorts: [], gpus: 0 } });

function matches(expression: string): boolean {
  const parsed = parseMemberOf(expression);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  return parsed.matches(host);
}

const TRUE = [
  'attribute:ecs.instance-type == t2.small',
  'attribute:ecs.instance-type equals t2.small',
  'attribute:ecs.instance-type =~ t2.*',
  'attribute:ecs.instance-type matches (t2|t3)\\.(small|large)',
  '(attribute:ecs.instance-type =~ (t2|t3).*)',
  'attribute:ecs.instance-type !~ small',
  'attribute:ecs.availability-zone in [us-east-1a, us-east-1b]',
  "attribute:stack in ['prod', \"test\"]",
  'attribute:stack not_in [test]',
  'attribute:stack !in [test]',
  'attribute:gpu exists',
  'attribute:rack !exists',
  'attribute:rack not_exists',
  'attribute:rack != r1',
  'attribute:slots > 9',
  'task:group == service:web',
  'task:group in [service:api, database]',
  'not(task:group == service:api)',
  '!(task:group == service:api)',
  'task:group != service:api',
  'task:group =~ service:.*',
  'runningTasksCount == 3',
  'runningTasksCount >= 3 and runningTasksCount < 4',
  'agentConnected == true',
  'agentVersion > 1.9.0',
  'agentVersion less_than_equal 1.10.2',
  'ec2InstanceId in [i-0abc, i-1]',
  'registeredAt > 2026-02-28',
  'registeredAt == 2026-03-01T13:00:00+01:00',
  'registeredAt < 2026-03-01T12:00:01',
  'attribute:stack == test or attribute:stack == prod and runningTasksCount == 3',
  '(attribute:stack == test || attribute:stack == prod) && !attribute:rack exists',
  'not not attribute:stack == prod',
];

for (const expression of TRUE) test(`${expression} is true of the host, and its negation is not`, () => {
  assert.equal(matches(expression), true);
  assert.equal(matches(`not (${expression})`), false);
});

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['', /a subject is expected at position 1/],
  ['stack == prod', /'stack' is not a subject at position 1/],
  ['attribute: == prod', /'attribute:' is not a subject/],
  ['attribute:stack', /an operator is expected at position 16/],
  ['attribute:stack ==', /a value is expected/],
  ['attribute:stack == prod)', /'and', 'or' or the end is expected at position 24/],
  ['(attribute:stack == prod', /'\)' is expected/],
  ['attribute:stack in prod', /'\[' is expected/],
  ['attribute:stack in []', /a value is expected/],
  ['attribute:stack in [a b]', /'\]' is expected/],
  ["attribute:stack == 'prod", /a quotation mark is not closed at position 20/],
  ['attribute:stack =~ [a', /'\[a' is not a pattern/],
  ['runningTasksCount =~ 3', /the operator =~ is not supported for runningTasksCount/],
  ['runningTasksCount > many', /'many' is not a value of runningTasksCount/],
  ['registeredAt > yesterday', /'yesterday' is not a value of registeredAt/],
  ['attribute:stack == prod and', /a subject is expected/],
];

for (const [expression, reason] of WRONG) test(`${expression || 'nothing'} is refused with a reason`, () => {
  const parsed = parseMemberOf(expression);
  assert.ok(!parsed.ok);
  assert.match(parsed.reason, reason);
});

test('any text is either a query or refused', () => {
  const word = fc.constantFrom('attribute:stack', 'task:group', 'runningTasksCount', '==', '=~', 'in', '[', ']', '(', ')', ',', 'not', '!', 'and', '||', 'exists', "'", 'prod', '3', '\\');
  fc.assert(
    fc.property(fc.oneof(fc.array(word).map((words) => words.join(' ')), fc.array(word).map((words) => words.join('')), fc.string()), (text) => {
      const parsed = parseMemberOf(text);
      if (parsed.ok) assert.equal(typeof parsed.matches(host), 'boolean');
    }),
    { numRuns: 2_000 },
  );
});

test('a pattern that makes other engines try for ever is answered', () => {
  const slow = new HostCapacity(hostFixture('b', { attributes: [{ name: 'x', value: `${'a'.repeat(120)}!` }] }));
  const parsed = parseMemberOf('attribute:x =~ (a+)+$');
  assert.ok(parsed.ok);
  assert.equal(parsed.matches(slow), false);
});
