// The cluster query language, rule by rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContainerInstance } from '#model/container-instance.ts';
import { hostFixture } from '../host.fixture.ts';
import { HostCapacity } from '../host-capacity.ts';
import { parseMemberOf } from '../member-of.ts';

function ask(expression: string, over: Partial<ContainerInstance> = {}, more: { groups?: readonly string[]; runningTasks?: number } = {}): boolean {
  const parsed = parseMemberOf(expression);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  const capacity = new HostCapacity(hostFixture('a', over));
  const reserved = { cpu: 0, memoryMiB: 0, tcpPorts: [], udpPorts: [], gpus: 0 };
  for (const group of more.groups ?? []) capacity.take({ group, reserved });
  for (let i = 0; i < (more.runningTasks ?? 0); i++) capacity.take({ group: 'g', reserved, running: true });
  return parsed.matches(capacity);
}
const fault = (expression: string | undefined): string => {
  const parsed = parseMemberOf(expression);
  assert.ok(!parsed.ok, `${expression} was read`);
  return parsed.reason;
};
const rack = (value?: string): Partial<ContainerInstance> => ({ attributes: [value === undefined ? { name: 'rack' } : { name: 'rack', value }] });

test('CQ1 every operator has its word and its symbol', () => {
  for (const [word, symbol, value, yes, no] of [
    ['equals', '==', 'r1', 'r1', 'r2'],
    ['not_equals', '!=', 'r1', 'r2', 'r1'],
    ['greater_than', '>', '5', '10', '5'],
    ['greater_than_equal', '>=', '5', '5', '4'],
    ['less_than', '<', '10', '9', '10'],
    ['less_than_equal', '<=', '10', '10', '11'],
    ['in', 'in', '[r1, r3]', 'r3', 'r2'],
    ['not_in', '!in', '[r1, r3]', 'r2', 'r3'],
    ['matches', '=~', 'r[0-9].*', 'r1x', 'xr1'],
    ['not_matches', '!~', 'r[0-9].*', 'xr1', 'r1x'],
  ] as const) {
    for (const operator of [word, symbol]) {
      // Brackets of a pattern are quoted: bare ones make a list.
      const argument = word.endsWith('matches') ? `"${value}"` : value;
      assert.equal(ask(`attribute:rack ${operator} ${argument}`, rack(yes)), true, `${operator} ${yes}`);
      assert.equal(ask(`attribute:rack ${operator} ${argument}`, rack(no)), false, `${operator} ${no}`);
    }
  }
  for (const operator of ['exists', 'not_exists', '!exists']) {
    assert.equal(ask(`attribute:rack ${operator}`, rack()), operator === 'exists');
    assert.equal(ask(`attribute:rack ${operator}`), operator !== 'exists');
  }
});

test('CQ2 and binds tighter than or, not tightest, parentheses group', () => {
  const zone = 'attribute:ecs.availability-zone';
  assert.equal(ask(`${zone} == us-east-1a or ${zone} == x and ${zone} == y`), true);
  assert.equal(ask(`(${zone} == us-east-1a or ${zone} == x) and ${zone} == y`), false);
  assert.equal(ask(`not ${zone} == x && !(${zone} == y || ${zone} == z)`), true);
  assert.equal(ask(`not(not(${zone}==us-east-1a))`), true);
});

test('CQ3 a host without the subject passes negations only', () => {
  assert.deepEqual(['!= a', 'not_in [a]', '!~ a', '!exists'].map((rest) => ask(`attribute:none ${rest}`)), [true, true, true, true]);
  assert.deepEqual(['== a', 'in [a]', '=~ .*', 'exists', '> a', '<= a'].map((rest) => ask(`attribute:none ${rest}`)), [false, false, false, false, false, false]);
});

test('CQ4 versions compare part by part', () => {
  const at = (agentVersion?: string): Partial<ContainerInstance> => ({ versionInfo: agentVersion === undefined ? {} : { agentVersion } });
  assert.equal(ask('agentVersion > 1.9.0', at('1.10.0')), true);
  assert.equal(ask('agentVersion >= 1.2.0', at('v1.2')), true);
  assert.equal(ask('agentVersion < 1.2.0', at('1.2.0')), false);
  assert.equal(ask('agentVersion < 9', at()), false);
});

test('CQ5 dates may leave out time and zone, which is UTC then', () => {
  const at = (registeredAt: number): Partial<ContainerInstance> => ({ registeredAt });
  const noon = Date.UTC(2018, 5, 18, 12);
  assert.equal(ask('registeredAt >= 2018-06-18', at(noon)), true);
  assert.equal(ask('registeredAt < 2018-06-18T12:00', at(noon)), false);
  assert.equal(ask('registeredAt == 2018-06-18T12:00:00', at(noon)), true);
  assert.equal(ask('registeredAt == 2018-06-18T14:00:00+02:00', at(noon)), true);
  assert.equal(ask('registeredAt == 2018-06-18T12:00:00.000Z', at(noon)), true);
});

test('CQ6 agent, instance id, running tasks and task groups can be asked for', () => {
  assert.equal(ask('agentConnected == true'), true);
  assert.equal(ask('agentConnected in [false]'), false);
  assert.equal(ask('ec2InstanceId in [i-1, "i-2"]', { ec2InstanceId: 'i-2' }), true);
  assert.equal(ask('runningTasksCount >= 2', {}, { runningTasks: 2 }), true);
  assert.equal(ask('task:group == service:web', {}, { groups: ['family:x', 'service:web'] }), true);
  assert.equal(ask('task:group != service:web', {}, { groups: ['family:x', 'service:web'] }), false);
  assert.equal(ask('task:group exists'), false);
  assert.equal(ask('not(task:group == databases) and task:group =~ service:.*', {}, { groups: ['service:web'] }), true);
});

test('CQ7 what cannot be read is refused with its place', () => {
  for (const [expression, words] of [
    ['', /a subject is expected at position 1/],
    [undefined, /a subject is expected/],
    ['a'.repeat(2001), /at most 2000 characters/],
    ['('.repeat(50_000), /at most 2000 characters/],
    ['('.repeat(2_000), /nested too deeply/],
    ['not '.repeat(500), /nested too deeply/],
    ['attribute:rack == a b', /'and', 'or' or the end is expected at position 21/],
    ['attribute:rack =~ "(a)\\1"', /is not a pattern/],
    ['registeredAt > 2018-13-45', /is not a value of registeredAt/],
    ['agentVersion > new', /'new' is not a value of agentVersion/],
    ['agentConnected == yes', /'yes' is not a value of agentConnected/],
    ['__proto__ == x', /is not a subject/],
    ['constructor exists', /is not a subject/],
  ] as const) assert.match(fault(expression), words, expression ?? 'undefined');
});

test('CQ8 no pattern takes long', () => {
  assert.equal(ask('attribute:rack =~ "(a+)+b"', rack('a'.repeat(128))), false);
  assert.equal(ask('attribute:rack =~ "(.*)*(.*)*x"', rack('a'.repeat(128))), false);
});

test('CQ9 no text makes the parser throw', () => {
  const word = fc.constantFrom('attribute:rack', 'task:group', 'registeredAt', 'agentVersion', '==', '!=', 'in', '!in', 'not', 'and', 'or', '(', ')', '[', ']', ',', '"', "'", '=~', '!~', '!', '1', 'exists', '&&', '||', '>', ' ');
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 60 }), fc.array(word, { maxLength: 14 }).map((words) => words.join(' '))), (expression) => {
      const parsed = parseMemberOf(expression);
      if (parsed.ok) parsed.matches(new HostCapacity(hostFixture('a')));
      else assert.match(parsed.reason, /^Invalid expression/);
    }),
    { numRuns: 2000 },
  );
});
