// JSON output equals the SDK's, and holds where the SDK's models do not reach.
import * as ecs from '@aws-sdk/client-ecs';
import { JsonShapeSerializer2 } from '@aws-sdk/core/protocols';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createShapes, type StructureShape } from '../shape.ts';
import { createJsonWriter } from './json-writer.ts';

const operation = createShapes().operation(ecs.DescribeTasks$ as never);
const TASKS = {
  tasks: [
    {
      taskArn: 'arn:é"\\\n\u2028\ud83d\ude00',
      createdAt: new Date(1_700_000_000_123),
      startedAt: new Date(1_700_000_000_000),
      version: 3,
      enableExecuteCommand: false,
      overrides: { containerOverrides: [{ name: 'a', environment: [{ name: 'x', value: '' }], cpu: 0 }] },
      attachments: [],
      notInTheModel: 'x',
      stoppedAt: undefined,
      stoppedReason: null,
    },
  ],
  failures: [null, { arn: 'a', reason: 'MISSING' }],
};

test('the text is what the SDK’s own writer makes of the same output', () => {
  const sdk = new JsonShapeSerializer2({ timestampFormat: { useTrait: true, default: 7 as never }, jsonName: false });
  sdk.write(ecs.DescribeTasks$[5] as never, structuredClone(TASKS));
  const expected = Buffer.from(sdk.flush() as Uint8Array).toString('utf8');
  assert.equal(createJsonWriter().write(operation.output, TASKS), expected);
  assert.doesNotMatch(expected, /notInTheModel/);
});

test('no output at all is an empty object', () => {
  assert.equal(createJsonWriter().write(operation.output, undefined), '{}');
});

const structure = (members: StructureShape['members']): StructureShape => ({ kind: 'structure', name: 'S', union: false, members, required: [], byName: new Map(members.map((member) => [member.name, member])) });

test('special numbers, big integers, bytes, sparse lists and the key __proto__ survive', () => {
  const shape = structure([
    { name: 'n', shape: { kind: 'list', item: { kind: 'number' }, itemName: 'member', sparse: true }, traits: {} },
    { name: 'big', shape: { kind: 'bigInteger' }, traits: {} },
    { name: 'bytes', shape: { kind: 'blob' }, traits: {} },
    { name: 'map', shape: { kind: 'map', value: { kind: 'string' }, keyName: 'key', valueName: 'value', sparse: false }, traits: {} },
  ]);
  const value = { n: [NaN, -Infinity, null, 1], big: 2n ** 70n, bytes: new Uint8Array([1, 2, 255]), map: JSON.parse('{"__proto__":"p","a":null}') };
  assert.equal(createJsonWriter().write(shape, value), '{"n":["NaN","-Infinity",null,1],"big":1180591620717411303424,"bytes":"AQL/","map":{"__proto__":"p"}}');
});

test('a shape that contains itself is written to its depth', () => {
  const members: { name: string; shape: StructureShape; traits: object }[] = [];
  const shape = structure(members);
  members.push({ name: 'inner', shape, traits: { jsonName: 'i' } });
  assert.equal(createJsonWriter(true).write(shape, { inner: { inner: {} } }), '{"i":{"i":{}}}');
});
