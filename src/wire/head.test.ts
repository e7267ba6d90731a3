// The head of a request: target, headers, query parameters.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { header, joinedHeader, parseHead, percentDecode, queryParameter } from './head.ts';

test('the target splits into path and query, also in absolute form', () => {
  for (const url of ['/a/b?x=1?2', 'http://host:1/a/b?x=1?2']) {
    const head = parseHead('GET', url, []);
    assert.equal(head.path, '/a/b');
    assert.equal(head.query, 'x=1?2');
  }
  assert.equal(parseHead('GET', 'http://host', []).path, '/');
  assert.equal(parseHead('OPTIONS', '*', []).path, '/*');
});

test('headers are found whatever their case; repeated ones join in order', () => {
  const head = parseHead('GET', '/', ['A-B', '1', 'a-b', '2  3', 'C', '']);
  assert.equal(header(head, 'a-b'), '1');
  assert.equal(joinedHeader(head, 'a-b'), '1,2 3');
  assert.equal(joinedHeader(head, 'c'), '');
  assert.equal(joinedHeader(head, 'd'), undefined);
});

test('query parameters are decoded; what is no encoding stays as it is', () => {
  assert.equal(queryParameter('a=1&X-Amz-Date=2%2F3&flag', 'X-Amz-Date'), '2/3');
  assert.equal(queryParameter('X%2DAmz=1', 'X-Amz'), '1');
  assert.equal(queryParameter('flag', 'flag'), '');
  assert.equal(queryParameter('', 'a'), undefined);
  assert.equal(percentDecode('%zz'), '%zz');
});
