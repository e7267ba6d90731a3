// JSON becomes typed input: types checked, unknown members dropped, absent ones named.
import * as ecs from '@aws-sdk/client-ecs';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createShapes, type StructureShape } from '../shape.ts';
import { AWS_JSON, readJson, REST_JSON } from './json-reader.ts';
import { findMissing, missingMessage } from './missing.ts';
import { UnreadableInput } from './unreadable-input.ts';

const register = createShapes().operation(ecs.RegisterTaskDefinition$ as never).input;
const read = (text: string): ReturnType<typeof readJson> => readJson(register, Buffer.from(text), AWS_JSON);

const structure = (members: StructureShape['members']): StructureShape => ({ kind: 'structure', name: 'S', union: false, members, required: [], byName: new Map(members.map((member) => [member.name, member])) });

test('known members stay, unknown ones go, null is absent', () => {
  const { input, incomplete } = read('{"family":"f","bogus":{"a":1},"cpu":null,"containerDefinitions":[{"name":"c","dockerLabels":{"a":"b","n":null},"toString":1}]}');
  assert.deepEqual(input, { family: 'f', containerDefinitions: [{ name: 'c', dockerLabels: { a: 'b' } }] });
  assert.equal(incomplete, false);
});

test('a map’s key __proto__ is a key, and no prototype changes', () => {
  const { input } = read('{"family":"f","containerDefinitions":[{"dockerLabels":{"__proto__":"x"}}]}');
  const labels = (input as any).containerDefinitions[0].dockerLabels;
  assert.deepEqual(Object.keys(labels), ['__proto__']);
  assert.equal(Object.getPrototypeOf(labels), Object.prototype);
});

test('missing members are named by AWS’s paths, nested ones too', () => {
  const { input, incomplete } = read('{"containerDefinitions":[{},{"secrets":[{"name":"x"},{}]},null]}');
  assert.equal(incomplete, true);
  const missing = findMissing(register, input);
  assert.deepEqual(missing, ['family', 'containerDefinitions.2.member.secrets.1.member.valueFrom', 'containerDefinitions.2.member.secrets.2.member.name', 'containerDefinitions.2.member.secrets.2.member.valueFrom', 'containerDefinitions.3.member']);
  assert.equal(missingMessage(['a']), "1 validation error detected: Value null at 'a' failed to satisfy constraint: Member must not be null");
});

test('an empty body is an empty input', () => {
  assert.deepEqual(read('').input, {});
});

const timed = structure([
  { name: 'at', shape: { kind: 'timestamp', format: undefined }, traits: {} },
  { name: 'iso', shape: { kind: 'timestamp', format: 'date-time' }, traits: {} },
  { name: 'bytes', shape: { kind: 'blob' }, traits: {} },
  { name: 'named', shape: { kind: 'string' }, traits: { jsonName: 'other_name' } },
]);

test('timestamps are epoch seconds to the millisecond, or text where the model says so', () => {
  const { input } = readJson(timed, Buffer.from('{"at":1700000000.123,"iso":"2023-11-14T22:13:20.5Z"}'), AWS_JSON);
  assert.deepEqual(input, { at: new Date(1_700_000_000_123), iso: new Date(1_700_000_000_500) });
  for (const text of ['{"at":"2023-11-14T22:13:20Z"}', '{"at":1e300}', '{"iso":5}', '{"iso":"soon"}', '{"at":{}}']) {
    assert.throws(() => readJson(timed, Buffer.from(text), AWS_JSON), UnreadableInput, text);
  }
});

test('blobs are base64 and nothing else', () => {
  assert.deepEqual(readJson(timed, Buffer.from('{"bytes":"AQL/"}'), AWS_JSON).input, { bytes: Buffer.from([1, 2, 255]) });
  for (const text of ['{"bytes":"a"}', '{"bytes":"****"}', '{"bytes":[1]}']) assert.throws(() => readJson(timed, Buffer.from(text), AWS_JSON), UnreadableInput, text);
});

test('jsonName counts in rest-json alone', () => {
  const body = Buffer.from('{"named":"a","other_name":"b"}');
  assert.deepEqual(readJson(timed, body, AWS_JSON).input, { named: 'a' });
  assert.deepEqual(readJson(timed, body, REST_JSON).input, { named: 'b' });
});
