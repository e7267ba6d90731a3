// The table against the SDK's client, which is loaded here only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATION_NAMES } from './operation-names.ts';
import { OPERATIONS } from './operations.ts';
import { schemaOf } from './shapes.ts';

test('every operation has the schema of its name', () => {
  for (const name of OPERATION_NAMES) {
    assert.equal(OPERATIONS[name].schema, schemaOf(name));
    assert.equal(schemaOf(name)[2], name);
  }
});

test('what is not there yet says so by name', () => {
  assert.throws(() => OPERATIONS.CreateFleet.handler({}, {} as never), { code: 'UnsupportedOperation', message: /CreateFleet/ });
});
