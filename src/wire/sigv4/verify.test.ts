// Signatures: AWS's published example, clocks, scopes, what has to be signed, canonical forms.
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parseHead, type RequestHead } from '../head.ts';
import type { AuthFailure } from './auth-failure.ts';
import { canonicalPath, canonicalQuery, canonicalRequest, hashText } from './canonical.ts';
import { parseSignature, parseTime, type Signature } from './signature.ts';
import { createSigningKeys } from './signing-keys.ts';
import { verifySignature } from './verify.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const NOW = Date.UTC(2015, 7, 30, 12, 36, 0);
const NOTHING = createHash('sha256').update('').digest('hex');

/** The `get-vanilla` request of AWS's published SigV4 test suite. */
const VANILLA = [
  'Host', 'example.amazonaws.com',
  'X-Amz-Date', '20150830T123600Z',
  'Authorization', 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
];

function verify(rawHeaders: readonly string[], nowMs = NOW, url = '/', body = ''): AuthFailure | undefined {
  const head = parseHead('GET', url, rawHeaders);
  const signature = parseSignature(head);
  assert.ok(signature !== undefined);
  if ('failure' in signature) return signature;
  return verifySignature({ head, body: Buffer.from(body), signature, secret: SECRET, nowMs, rules: { signingNames: ['service'] }, keys: createSigningKeys() });
}

/** Signs a head with our own canonical request: for what is checked before and after the HMAC. */
function sign(head: RequestHead, signedHeaders: string, scope: string, time: string): string {
  const canonical = canonicalRequest({ head, signedHeaders, payloadHash: NOTHING, singleEncodedPath: false }) as string;
  return createSigningKeys().get('AKIDEXAMPLE', SECRET, scope).sign(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hashText(canonical)}`);
}

function presigned(expires: string): string {
  const query = `Action=X&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host`;
  const head = parseHead('GET', `/?${query}`, ['Host', 'h']);
  return `/?${query}&X-Amz-Signature=${sign(head, 'host', '20150830/us-east-1/service/aws4_request', '20150830T123600Z')}`;
}

test('AWS’s own example is accepted', () => {
  assert.equal(verify(VANILLA), undefined);
});

test('five minutes of skew are allowed either way, and not a second more', () => {
  assert.equal(verify(VANILLA, NOW + 300_000), undefined);
  assert.equal(verify(VANILLA, NOW - 300_000), undefined);
  assert.deepEqual(verify(VANILLA, NOW + 301_000), {
    failure: 'expired',
    message: 'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
  });
  assert.deepEqual(verify(VANILLA, NOW - 301_000), {
    failure: 'expired',
    message: 'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  });
});

test('a presigned request lives for X-Amz-Expires seconds', () => {
  const url = presigned('60');
  assert.equal(verify(['Host', 'h'], NOW + 60_000, url), undefined);
  assert.equal(verify(['Host', 'h'], NOW + 61_000, url)?.failure, 'expired');
  assert.equal(verify(['Host', 'other'], NOW, url)?.failure, 'mismatch');
  assert.equal(verify(['Host', 'h'], NOW, presigned('604801'))?.failure, 'incomplete');
});

test('the scope must name the service, the day of the request and aws4_request', () => {
  const change = (from: string, to: string): AuthFailure | undefined => verify(VANILLA.map((text) => text.replace(from, to)));
  assert.match(change('/service/', '/ecs/')?.message ?? '', /Credential should be scoped to correct service: 'service'/);
  assert.match(change('/20150830/', '/20150831/')?.message ?? '', /Date in Credential scope does not match/);
  assert.match(change('/aws4_request', '/aws4')?.message ?? '', /valid terminator/);
  assert.match(change('/us-east-1/', '/us_east/')?.message ?? '', /valid region/);
  assert.match(change('/us-east-1', '')?.message ?? '', /exactly 5 slash-delimited elements/);
});

test('missing parts are named, without repeating the header', () => {
  const failure = verify(['Host', 'h', 'Authorization', 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e']);
  assert.equal(failure?.failure, 'incomplete');
  assert.match(failure?.message ?? '', /'Signature' parameter.*'SignedHeaders' parameter.*'X-Amz-Date' or a 'Date' header/);
  assert.doesNotMatch(failure?.message ?? '', /a\/b\/c/);
});

test('host, the date and the target have to be signed', () => {
  const scope = '20150830/us-east-1/service/aws4_request';
  const attempt = (signedHeaders: string): AuthFailure | undefined => {
    const plain = ['Host', 'h', 'X-Amz-Date', '20150830T123600Z', 'X-Amz-Target', 'A.B'];
    const signature = sign(parseHead('GET', '/', plain), signedHeaders, scope, '20150830T123600Z');
    return verify([...plain, 'Authorization', `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`]);
  };
  assert.equal(attempt('host;x-amz-date;x-amz-target'), undefined);
  assert.match(attempt('x-amz-date;x-amz-target')?.message ?? '', /'Host'/);
  assert.match(attempt('host;x-amz-target')?.message ?? '', /'X-Amz-Date'/);
  assert.match(attempt('host;x-amz-date')?.message ?? '', /'X-Amz-Target'/);
});

test('an upper-case signature is not the same signature', () => {
  const last = VANILLA.length - 1;
  const upper = VANILLA.map((text, index) => (index === last ? text.replace(/Signature=(.*)$/, (_, hex: string) => `Signature=${hex.toUpperCase()}`) : text));
  assert.equal(verify(upper)?.failure, 'mismatch');
});

test('a request signed both ways is refused', () => {
  assert.match(verify(VANILLA, NOW, presigned('60'))?.message ?? '', /Found both/);
});

test('paths: services normalise and encode twice, S3 neither', () => {
  assert.equal(canonicalPath('/a/./b/../c//d/', false), '/a/c/d/');
  assert.equal(canonicalPath('/a%20b', false), '/a%2520b');
  assert.equal(canonicalPath('/../..', false), '/');
  assert.equal(canonicalPath('/a//b/../c%20d', true), '/a//b/../c%20d');
});

test('queries are sorted by name, then value, and encoded one way', () => {
  assert.equal(canonicalQuery('b=2&a=2&a=1&c&A=x'), 'A=x&a=1&a=2&b=2&c=');
  assert.equal(canonicalQuery("k=(*)'!"), 'k=%28%2A%29%27%21');
  assert.equal(canonicalQuery('a=%zz&X-Amz-Signature=s'), 'a=%25zz');
});

test('repeated and padded headers are joined and squeezed', () => {
  const head = parseHead('GET', '/', ['Host', 'h', 'My-Header', 'a   b', 'my-header', 'c']);
  assert.match(canonicalRequest({ head, signedHeaders: 'host;my-header', payloadHash: NOTHING, singleEncodedPath: false }) ?? '', /\nmy-header:a b,c\n/);
});

test('times that are none are none', () => {
  assert.equal(parseTime('20150830T123600Z'), NOW);
  for (const text of ['', '20150830T123600', '2015083012360000', '20150830T1236x0Z']) assert.ok(Number.isNaN(parseTime(text)), text);
});

test('a signing key follows its secret and the cache stays within its limit', () => {
  const keys = createSigningKeys(4);
  const first = keys.get('A', 'one', 'd/r/s/aws4_request');
  assert.equal(keys.get('A', 'one', 'd/r/s/aws4_request'), first);
  assert.notEqual(keys.get('A', 'two', 'd/r/s/aws4_request').sign('x'), first.sign('x'));
  const kept = keys.get('B', 'b', 'd/r/s/aws4_request');
  for (let i = 0; i < 10; i++) {
    keys.get(`K${i}`, 'k', 'd/r/s/aws4_request');
    // Used all along, so it stays while the others go.
    assert.equal(keys.get('B', 'b', 'd/r/s/aws4_request'), kept);
  }
  const again = keys.get('K0', 'k', 'd/r/s/aws4_request');
  assert.equal(again.sign('x'), createSigningKeys().get('K0', 'k', 'd/r/s/aws4_request').sign('x'));
});

test('the signature of a Date header request is read too', () => {
  const head = parseHead('GET', '/', ['Host', 'h', 'Date', 'Sun, 30 Aug 2015 12:36:00 GMT', 'Authorization', 'AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/s/aws4_request,SignedHeaders=date;host,Signature=00']);
  const signature = parseSignature(head) as Signature;
  assert.equal(signature.time, '20150830T123600Z');
  assert.equal(signature.timeHeader, 'date');
  assert.equal(signature.signedHeaders, 'date;host');
});
