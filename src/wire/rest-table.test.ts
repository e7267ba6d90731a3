// REST patterns match what they should, the most specific first.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parseHead } from './head.ts';
import { createRestTable } from './rest-table.ts';
import type { OperationSchema, Service } from './service.ts';
import { createShapes } from './shape.ts';

const op = (name: string, method: string, uri: string): [string, { schema: OperationSchema; handler: () => unknown }] => [
  name,
  { schema: [9, 'ns', name, { http: [method, uri, 200] }, () => 'unit', () => 'unit'], handler: () => ({}) },
];
const service = {
  operations: Object.fromEntries([
    op('Get', 'GET', '/b/{Bucket}/{Key+}'),
    op('GetTags', 'GET', '/b/{Bucket}/{Key+}?tagging'),
    op('List', 'GET', '/b/{Bucket}'),
    op('ListTwo', 'GET', '/b/{Bucket}?list-type=2'),
    op('Special', 'GET', '/b/special'),
    op('Root', 'GET', '/'),
  ]),
} as unknown as Service;
const shapes = createShapes();
const table = createRestTable(service, (operation) => shapes.operation(operation.schema));
const match = (url: string, method = 'GET'): [string, Record<string, string>] | undefined => {
  const found = table.match(parseHead(method, url, []));
  return found && [found.name, Object.fromEntries(found.labels)];
};

test('the most specific pattern wins; labels come decoded', () => {
  assert.deepEqual(match('/'), ['Root', {}]);
  assert.deepEqual(match('/b/special'), ['Special', {}]);
  assert.deepEqual(match('/b/x'), ['List', { Bucket: 'x' }]);
  assert.deepEqual(match('/b/x/'), ['List', { Bucket: 'x' }]);
  assert.deepEqual(match('/b/x?list-type=2'), ['ListTwo', { Bucket: 'x' }]);
  assert.deepEqual(match('/b/x?list-type=3'), ['List', { Bucket: 'x' }]);
  assert.deepEqual(match('/b/x%2Fy/a%20b/c'), ['Get', { Bucket: 'x/y', Key: 'a b/c' }]);
  assert.deepEqual(match('/b/x/k?tagging'), ['GetTags', { Bucket: 'x', Key: 'k' }]);
});

test('other methods and paths are nobody’s', () => {
  assert.equal(match('/b/x', 'PUT'), undefined);
  assert.equal(match('/c'), undefined);
  assert.equal(match('/b/'), undefined);
});
