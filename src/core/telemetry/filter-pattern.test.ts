// The filter pattern language, by the examples of CloudWatch's guide and what its users have met.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FilterPatternError } from './filter-error.ts';
import { parseFilterPattern } from './filter-pattern.ts';

/** Which of the messages match, by position. */
function matching(pattern: string, messages: readonly string[]): number[] {
  const filter = parseFilterPattern(pattern);
  return messages.flatMap((message, i) => (filter.matches(message) ? [i] : []));
}

const words = ['[ERROR 400] BAD REQUEST', '[WARN] Exiting with ERRORCODE: -1', 'all is well', 'error in lower case', 'ERROR WARN message'];

const terms: ReadonlyArray<readonly [string, readonly number[]]> = [
  ['', [0, 1, 2, 3, 4]],
  ['   ', [0, 1, 2, 3, 4]],
  ['ERROR', [0, 1, 4]],
  ['ERROR WARN', [1, 4]],
  ['?BAD ?well', [0, 2]],
  ['ERROR ?BAD ?well', [0, 1, 4]],
  ['ERROR -Exiting', [0, 4]],
  ['"ERROR" - "Exiting"', [0, 4]],
  ['"ERROR 400"', [0]],
  ['"400] BAD"', [0]],
  ['-ERROR', [2, 3]],
  ['%ERROR [0-9]+%', [0]],
  ['%^all%', [2]],
  ['ERROR %WARN$|message%', [4]],
];
for (const [pattern, expected] of terms) {
  test(`terms: ${pattern || '(empty)'}`, () => assert.deepEqual(matching(pattern, words), expected));
}

const trail = {
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [{ name: 'a', id: 1 }, { name: 'b', id: 2 }],
  SomeObject: null,
  ThisFlag: true,
  latency: 51.5,
  user: { id: 1, email: 'John.Stiles@example.com' },
  coordinates: [[0, 1, 2], [4, 5, 6]],
  actions: ['GET', 'PUT'],
  'cluster.name': 'c',
  text: '400',
};

const json: ReadonlyArray<readonly [string, boolean]> = [
  ['{ $.eventType = "UpdateTrail" }', true],
  ['{$.eventType=UpdateTrail}', true],
  ['{ $.eventType = updatetrail }', false],
  ['{ $.eventType = "Update*" }', true],
  ['{ $.eventType = *Trail }', true],
  ['{ $.eventType = "*dateT*" }', true],
  ['{ $.eventType = "Up*Trail" }', false],
  ['{ $.eventType = %^Up.*l$% }', true],
  ['{ $.eventType = * }', true],
  ['{ $.sourceIPAddress != 123.123.* }', true],
  ['{ $.sourceIPAddress != 111.111.* }', false],
  ['{ $.arrayKey[0] = "value" }', true],
  ['{ $.arrayKey[1] = "value" }', false],
  ['{ $.arrayKey[*] = "another value" }', true],
  ['{ $.objectList[1].id = 2 }', true],
  ['{ $.objectList[*].name = "b" }', true],
  ['{ $.SomeObject IS NULL }', true],
  ['{ $.eventType IS NULL }', false],
  ['{ $.SomeOtherObject NOT EXISTS }', true],
  ['{ $.SomeObject NOT EXISTS }', false],
  ['{ $.ThisFlag IS TRUE }', true],
  ['{ $.ThisFlag IS FALSE }', false],
  ['{ $.latency >= 51.5 }', true],
  ['{ $.latency < 10e1 && $.latency > +5.1e1 }', true],
  ['{ $.latency = 51.50 }', true],
  ['{ $.text = 400 }', true],
  ['{ $.latency != 51.5 }', false],
  ['{ $.missing != "x" }', false],
  ['{ $.arrayKey = 1 }', false],
  ['{ $.arrayKey != 1 }', false],
  ['{ ($.user.id = 1) && ($.objectList[0].name = "a") }', true],
  ['{ ($.user.id = 2 && $.user.email = "nonmatch") || $.actions[1] = "GET" }', false],
  ['{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[1] = nomatch }', true],
  ['{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[1] = nomatch }', false],
  ['{ $.coordinates[1][2] = 6 }', true],
  ["{ $.['cluster.name'] = \"c\" }", true],
  ['{ $["cluster.name"] = "c" }', true],
];
for (const [pattern, expected] of json) {
  test(`JSON: ${pattern}`, () => assert.equal(parseFilterPattern(pattern).matches(JSON.stringify(trail)), expected));
}

test('JSON patterns match no message that is not JSON', () => {
  assert.deepEqual(matching('{ $.a = 1 }', ['{"a":1}', ' {"a":1}\n', 'a=1', '{"a":1', '7', 'x {"a":1}']), [0, 1]);
  assert.deepEqual(matching('{ $.a NOT EXISTS }', ['plain text', '{}']), [1]);
});

const access = [
  '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 200 1534',
  '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 404 5324',
  '127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] "GET /x.html HTTP/1.0" 403 355',
  'one two three',
];
const fields: ReadonlyArray<readonly [string, readonly number[]]> = [
  ['[ip, user, username, timestamp, request, status_code, bytes]', [0, 1, 2]],
  ['[ip, user, username, timestamp, request, status_code = 4*, bytes]', [1, 2]],
  ['[ip, user, username, timestamp, request, status_code, bytes > 1000]', [0, 1]],
  ['[ip, user, ..., status_code=4*, bytes>1000]', [1]],
  ['[ip, user, username, timestamp, request = *html*, status_code = 4* && status_code != 403, bytes]', []],
  ['[..., request=*.html*, status_code=4*,]', [2]],
  ['[w1=one, ...]', [3]],
  ['[w1=one || w1=127.0.0.1, ...]', [0, 1, 2, 3]],
  ['[a, b, c]', [3]],
  ['[a, b]', []],
  ['[w1=!one, ...]', [0, 1, 2]],
  ['[..., c = "three"]', [3]],
  ['[..., c = %^th%]', [3]],
];
for (const [pattern, expected] of fields) {
  test(`fields: ${pattern}`, () => assert.deepEqual(matching(pattern, access), expected));
}

test('extracted values are named by field, by position, or by selector', () => {
  assert.deepEqual(parseFilterPattern('[..., request=*.html*, status_code=4*,]').extract(access[2]!), {
    $1: '127.0.0.1',
    $2: '-',
    $3: 'frank',
    $4: '10/Oct/2000:13:50:35 -0700',
    $request: 'GET /x.html HTTP/1.0',
    $status_code: '403',
    $7: '355',
  });
  assert.deepEqual(parseFilterPattern('{ $.user.id = 1 && $.latency > 1 }').extract(JSON.stringify(trail)), { '$.user.id': '1', '$.latency': '51.5' });
});

const refused: ReadonlyArray<readonly [string, string]> = [
  ['{ $.a = 1', "If a filter pattern starts with '{' it must end with '}'"],
  ['[a, b', "If a filter pattern starts with '[' it must end with ']'"],
  ['foo.bar', "Invalid character(s) in term 'foo.bar'"],
  ['""', "Invalid character(s) in term '\"\"'"],
  ['%(a)%', "Invalid character(s) in term '%(a)%'"],
  ['{ $.a }', 'Invalid filter pattern'],
  ['{ a = 1 }', 'Invalid filter pattern'],
  ['{ $.a = 1 && }', 'Invalid filter pattern'],
  ['{ $.a > "x" }', 'Invalid filter pattern'],
  ['{ ($.a = 1 }', 'Invalid filter pattern'],
  ['{}', 'Invalid filter pattern'],
  ['[a, ..., b, ...]', 'Invalid filter pattern'],
  ['[status = 4* && bytes > 1000]', 'Invalid filter pattern'],
];
for (const [pattern, message] of refused) {
  test(`refused: ${pattern}`, () => assert.throws(() => parseFilterPattern(pattern), { name: 'FilterPatternError', message }));
}

test('any text either parses or is refused as a pattern, and a quoted text finds itself', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]()$.=!<>&|"%?- a1,*') })), fc.string(), (pattern, message) => {
      try {
        parseFilterPattern(pattern).matches(message);
      } catch (error) {
        assert.ok(error instanceof FilterPatternError);
      }
    }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (text, head, tail) => {
      const filter = parseFilterPattern(`"${text.replace(/["\\]/g, '\\$&')}"`);
      assert.ok(filter.matches(head + text + tail));
      assert.ok(filter.needle !== undefined && text.includes(filter.needle));
    }),
  );
});
