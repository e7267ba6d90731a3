// Who is led to Longshore's API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API_ENDPOINT_TAG, wantsApiEndpoint } from './api-endpoint.ts';

test('a cluster says for itself, else its account; nobody asked means no', () => {
  const tag = (value: string) => [{ key: 'team', value: 'red' }, { key: API_ENDPOINT_TAG, value }];
  assert.deepEqual([wantsApiEndpoint([], undefined), wantsApiEndpoint([], 'enabled'), wantsApiEndpoint([], 'disabled')], [false, true, false]);
  assert.deepEqual([wantsApiEndpoint(tag('enabled'), undefined), wantsApiEndpoint(tag('disabled'), 'enabled')], [true, false]);
  assert.equal(wantsApiEndpoint(tag('maybe'), 'enabled'), true);
});
