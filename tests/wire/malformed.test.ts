// Whatever comes in: the error AWS gives, never a 500, no handler run, no crash.
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as sts from '@aws-sdk/client-sts';
import { cbor } from '@smithy/core/cbor';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OperationSchema } from '#wire/service.ts';
import { PutThing$ } from './rest-schemas.ts';
import { fakeService, openEndpoint, type Endpoint } from './support.ts';

/** Where JSON and CBOR errors carry their code. */
const TYPE = '__type';
const RUNS = Number(process.env.WIRE_RUNS ?? 200);
const TARGET = 'AmazonEC2ContainerServiceV20141113';
const schema = (value: unknown): OperationSchema => value as OperationSchema;

const container = fakeService(
  { RegisterTaskDefinition: schema(ecs.RegisterTaskDefinition$), ListClusters: schema(ecs.ListClusters$) },
  { name: 'ecs', signingNames: ['ecs'], targetPrefix: TARGET, protocol: 'awsJson1_1' },
  () => ({}),
);
const tokens = fakeService(
  { GetCallerIdentity: schema(sts.GetCallerIdentity$), AssumeRole: schema(sts.AssumeRole$) },
  { name: 'sts', signingNames: ['sts'], apiVersion: '2011-06-15', protocol: 'awsQuery' },
  () => ({}),
);
const network = fakeService(
  { DescribeVpcs: schema(ec2.DescribeVpcs$), CreateSecurityGroup: schema(ec2.CreateSecurityGroup$) },
  { name: 'ec2', signingNames: ['ec2'], apiVersion: '2016-11-15', protocol: 'ec2Query' },
  () => ({}),
);
const things = fakeService({ PutThing: schema(PutThing$) }, { name: 'things', signingNames: ['things'], protocol: 'restJson1' }, () => ({}));
const all = [container, tokens, network, things];

let relaxed: Endpoint;
let strict: Endpoint;
before(async () => {
  relaxed = await openEndpoint(all.map(({ service }) => service), { mode: 'relaxed', maxBodyBytes: 100_000 });
  strict = await openEndpoint(all.map(({ service }) => service));
});
after(async () => {
  await relaxed.close();
  await strict.close();
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

async function post(endpoint: Endpoint, { method = 'POST', path = '/', headers = {}, body = '' }: Sent): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(endpoint.url + path, { method, headers, ...(method === 'GET' ? {} : { body }) });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const json = (operation: string, body: string | Uint8Array<ArrayBuffer>): Sent => ({ headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGET}.${operation}` }, body });
const form = (body: string): Sent => ({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
const rpc = (operation: string, body: Uint8Array<ArrayBuffer>): Sent => ({ path: `/service/${TARGET}/operation/${operation}`, headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }, body });
const rest = (path: string, body: string): Sent => ({ method: 'PUT', path, headers: { authorization: 'AWS4-HMAC-SHA256 Credential=A/20200101/us-east-1/things/aws4_request, SignedHeaders=host, Signature=x' }, body });

type Row = readonly [what: string, sent: Sent, status: number, code: string, message?: RegExp];
const REGISTER = 'RegisterTaskDefinition';
const JSON_ROWS: readonly Row[] = [
  ['an unknown operation', json('Nope', '{}'), 400, 'UnknownOperationException'],
  ['an inherited property as operation', json('constructor', '{}'), 400, 'UnknownOperationException'],
  ['an unknown service', { headers: { 'x-amz-target': 'Other_2020.ListClusters' }, body: '{}' }, 400, 'UnknownOperationException'],
  ['a target without a dot', { headers: { 'x-amz-target': 'ListClusters' }, body: '{}' }, 400, 'UnknownOperationException'],
  ['broken JSON', json(REGISTER, '{"family":'), 400, 'SerializationException'],
  ['bytes that are no UTF-8', json(REGISTER, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400, 'SerializationException'],
  ['a list for the input', json(REGISTER, '[]'), 400, 'SerializationException', /Start of list found where not expected/],
  ['a number for the input', json(REGISTER, '7'), 400, 'SerializationException'],
  ['a number for a string', json(REGISTER, '{"family":5}'), 400, 'SerializationException', /NUMBER_VALUE cannot be converted to String/],
  ['a fraction for a string', json(REGISTER, '{"family":5.5}'), 400, 'SerializationException', /DECIMAL_VALUE cannot be converted to String/],
  ['a boolean for a string', json(REGISTER, '{"family":true}'), 400, 'SerializationException', /TRUE_VALUE cannot be converted to String/],
  ['an object for a string', json(REGISTER, '{"family":{}}'), 400, 'SerializationException', /Start of structure or map found where not expected/],
  ['a list for a string', json(REGISTER, '{"family":[]}'), 400, 'SerializationException', /Start of list found where not expected/],
  ['a string for a list', json(REGISTER, '{"containerDefinitions":"x"}'), 400, 'SerializationException', /Expected list or null/],
  ['a string for a number', json(REGISTER, '{"containerDefinitions":[{"cpu":"256"}]}'), 400, 'SerializationException', /STRING_VALUE cannot be converted to Integer/],
  ['a string for a boolean', json(REGISTER, '{"containerDefinitions":[{"essential":"true"}]}'), 400, 'SerializationException', /STRING_VALUE cannot be converted to Boolean/],
  ['a string for a structure', json(REGISTER, '{"containerDefinitions":["x"]}'), 400, 'SerializationException', /Unexpected field type/],
  ['required members left out', json(REGISTER, '{}'), 400, 'ValidationException', /^2 validation errors detected: Value null at 'family' failed to satisfy constraint: Member must not be null; Value null at 'containerDefinitions' failed/],
  ['a required member that is null', json(REGISTER, '{"family":null,"containerDefinitions":[]}'), 400, 'ValidationException', /^1 validation error detected: Value null at 'family'/],
  ['null in a list', json(REGISTER, '{"family":"f","containerDefinitions":[null]}'), 400, 'ValidationException', /'containerDefinitions\.1\.member'/],
  ['a body beyond the limit', json(REGISTER, `"${'x'.repeat(100_000)}"`), 413, 'RequestEntityTooLargeException'],
];

for (const [what, sent, status, code, message] of JSON_ROWS) {
  test(`awsJson: ${what} is ${code}`, async () => {
    const before = container.handled.length;
    const reply = await post(relaxed, sent);
    const body = JSON.parse(reply.text);
    assert.equal(reply.status, status, reply.text);
    assert.equal(body[TYPE], code);
    assert.equal(typeof body.message, 'string');
    if (message !== undefined) assert.match(body.message, message);
    assert.match(reply.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(container.handled.length, before);
  });
}

const XML_ROWS: readonly Row[] = [
  ['awsQuery: an unknown action', form('Action=Nope&Version=2011-06-15'), 400, 'InvalidAction', /Could not find operation Nope/],
  ['awsQuery: no action', form('Version=2011-06-15'), 400, 'InvalidAction'],
  ['awsQuery: an unknown version', form('Action=GetCallerIdentity&Version=1999-01-01'), 400, 'InvalidAction'],
  ['awsQuery: an empty form', form(''), 400, 'InvalidAction'],
  ['awsQuery: a word for a number', form('Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b&DurationSeconds=long'), 400, 'MalformedInput'],
  ['awsQuery: required parameters left out', form('Action=AssumeRole&Version=2011-06-15'), 400, 'ValidationError', /2 validation errors detected: Value null at 'RoleArn'/],
  ['awsQuery: bad percent-encoding', form('Action=AssumeRole&Version=2011-06-15&RoleArn=%zz'), 400, 'MalformedInput'],
  ['awsQuery: a body beyond the limit', form(`Action=${'x'.repeat(100_001)}`), 413, 'RequestEntityTooLargeException'],
  ['ec2Query: an unknown action', form('Action=Nope&Version=2016-11-15'), 400, 'InvalidAction'],
  ['ec2Query: a required parameter left out', form('Action=CreateSecurityGroup&Version=2016-11-15'), 400, 'MissingParameter', /The request must contain the parameter /],
  ['ec2Query: a word for a number', form('Action=DescribeVpcs&Version=2016-11-15&MaxResults=many'), 400, 'InvalidParameterValue'],
  ['ec2Query: a word for a boolean', form('Action=DescribeVpcs&Version=2016-11-15&DryRun=maybe'), 400, 'InvalidParameterValue'],
];

for (const [what, sent, status, code, message] of XML_ROWS) {
  test(`${what} is ${code}`, async () => {
    const reply = await post(relaxed, sent);
    assert.equal(reply.status, status, reply.text);
    assert.match(reply.text, new RegExp(`<Code>${code}</Code>`));
    assert.match(reply.text, /<Request(Id|ID)>[0-9a-f-]{36}<\/Request/);
    if (message !== undefined) assert.match(reply.text.replaceAll('&apos;', "'"), message);
    assert.equal(tokens.handled.length + network.handled.length, 0);
  });
}

const OTHER_ROWS: readonly Row[] = [
  ['rest-json: an unknown path', rest('/nowhere', '{}'), 404, 'UnknownOperationException'],
  ['rest-json: broken JSON', rest('/things/a/b', '{'), 400, 'SerializationException'],
  ['rest-json: a word in the query for a boolean', rest('/things/a/b?flag=perhaps', '{}'), 400, 'SerializationException'],
  ['nothing that any protocol knows', { path: '/favicon.ico', method: 'GET' }, 404, 'UnknownOperationException'],
];

for (const [what, sent, status, code] of OTHER_ROWS) {
  test(`${what} is ${code}`, async () => {
    const reply = await post(relaxed, sent);
    assert.equal(reply.status, status, reply.text);
    assert.equal(JSON.parse(reply.text)[TYPE], code);
    assert.equal(reply.headers.get('x-amzn-errortype'), code);
    assert.equal(things.handled.length, 0);
  });
}

test('rpc-v2-cbor: errors are CBOR and name the same things', async () => {
  const rows: readonly [Sent, string][] = [
    [rpc('Nope', new Uint8Array([0xa0])), 'UnknownOperationException'],
    [rpc(REGISTER, new Uint8Array([0xa0])), 'ValidationException'],
    [rpc(REGISTER, new Uint8Array([0xbf, 0x61])), 'SerializationException'],
    // A map that claims four billion entries.
    [rpc(REGISTER, new Uint8Array([0xba, 0xff, 0xff, 0xff, 0xff])), 'SerializationException'],
    [rpc(REGISTER, new Uint8Array([0x9a, 0xff, 0xff, 0xff, 0xff])), 'SerializationException'],
    [rpc(REGISTER, new Uint8Array(cbor.serialize({ family: 5 }))), 'SerializationException'],
  ];
  for (const [sent, code] of rows) {
    const response = await fetch(relaxed.url + sent.path, { method: 'POST', headers: sent.headers ?? {}, body: sent.body as Uint8Array<ArrayBuffer> });
    assert.equal(response.headers.get('content-type'), 'application/cbor');
    assert.equal(response.headers.get('smithy-protocol'), 'rpc-v2-cbor');
    assert.equal(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))[TYPE], code);
  }
  assert.equal(container.handled.length, 0);
});

test('unsigned requests are refused in the words of each protocol', async () => {
  const inJson = await post(strict, json('ListClusters', '{}'));
  assert.equal(inJson.status, 400);
  assert.deepEqual(JSON.parse(inJson.text), { __type: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' });
  const inQuery = await post(strict, form('Action=GetCallerIdentity&Version=2011-06-15'));
  assert.equal(inQuery.status, 403);
  assert.match(inQuery.text, /<Code>MissingAuthenticationToken<\/Code>/);
  const inEc2 = await post(strict, form('Action=DescribeVpcs&Version=2016-11-15'));
  assert.equal(inEc2.status, 403);
  assert.match(inEc2.text, /<Errors><Error><Code>MissingAuthenticationToken<\/Code>/);
});

test('a body cut short is no request: nothing is handled and the server lives on', async () => {
  const before = container.handled.length;
  const seen = relaxed.observed.length;
  for (const ending of ['end', 'destroy'] as const) {
    const socket = connect(relaxed.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    const head = `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: ${TARGET}.ListClusters\r\nContent-Length: 50\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(`${head}{"maxResults":`, () => resolve()));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket[ending]();
    socket.resume();
    await closed;
  }
  assert.equal((await post(relaxed, json('ListClusters', '{}'))).status, 200);
  assert.equal(container.handled.length, before + 1);
  assert.equal(relaxed.observed.length, seen + 1);
});

const TOO_LARGE_HEAD = `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: ${TARGET}.ListClusters\r\n`;

function rawReply(...writes: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(relaxed.port, '127.0.0.1');
    socket.on('error', reject);
    socket.once('data', (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
    for (const text of writes) socket.write(text);
  });
}

test('a chunked body beyond the limit is refused, the connection closed', async () => {
  const chunks = Array.from({ length: 11 }, () => `2710\r\n${'x'.repeat(10_000)}\r\n`);
  const reply = await rawReply(`${TOO_LARGE_HEAD}Transfer-Encoding: chunked\r\n\r\n`, ...chunks, '0\r\n\r\n');
  assert.match(reply, /^HTTP\/1\.1 413 /);
  assert.match(reply, /Connection: close/i);
});

test('a body that announces itself as huge is refused before it comes', async () => {
  assert.match(await rawReply(`${TOO_LARGE_HEAD}Content-Length: 1000000000\r\n\r\n`, 'x'), /^HTTP\/1\.1 413 /);
});

test('a client that sends 30 MB reads its 413', async () => {
  const reply = await post(relaxed, json('ListClusters', new Uint8Array(30_000_000)));
  assert.equal(reply.status, 413);
  assert.equal(JSON.parse(reply.text)[TYPE], 'RequestEntityTooLargeException');
});

test('random bodies in every protocol never make a 500', async () => {
  const valid = JSON.stringify({ family: 'f', containerDefinitions: [{ name: 'a', environment: [{ name: 'x', value: 'y' }], dockerLabels: { a: 'b' } }] });
  const mutated = fc.tuple(fc.nat(valid.length), fc.nat(4), fc.string({ maxLength: 4 })).map(([at, cut, put]) => valid.slice(0, at) + put + valid.slice(at + cut));
  const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => new Uint8Array(array));
  const keys = fc.constantFrom('Tags', 'member', 'entry', '1', '2', '-1', '__proto__', 'constructor', 'Key', 'key', 'value', 'Filter', 'Values', 'PolicyArns', 'TagSpecification', '');
  const forms = fc.array(fc.tuple(fc.array(keys, { maxLength: 6 }), fc.string({ maxLength: 6 })), { maxLength: 6 }).map((pairs) => pairs.map(([path, value]) => `&${path.join('.')}=${encodeURIComponent(value.toWellFormed())}`).join(''));
  const requests: fc.Arbitrary<Sent> = fc.oneof(
    fc.oneof(mutated, bytes).map((body) => json(REGISTER, body)),
    fc.json().map((body) => json(REGISTER, body)),
    bytes.map((body) => rpc(REGISTER, body)),
    fc.jsonValue().map((value) => rpc(REGISTER, new Uint8Array(cbor.serialize(value)))),
    forms.map((text) => form(`Action=AssumeRole&Version=2011-06-15${text}`)),
    forms.map((text) => form(`Action=CreateSecurityGroup&Version=2016-11-15${text}`)),
    fc.oneof(mutated, fc.json()).map((body) => rest('/things/a/b', body)),
  );
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      const { status, text } = await post(relaxed, sent);
      assert.ok(status < 500, text);
    }),
    { numRuns: RUNS * 5 },
  );
  assert.equal(relaxed.observed.filter(({ fault }) => fault).length, 0);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test('deeply nested JSON is read or refused, not fatal', async () => {
  const deep = `{"family":${'['.repeat(40_000)}`;
  assert.equal((await post(relaxed, json(REGISTER, deep))).status, 400);
  const unknown = `{"other":${'['.repeat(20_000)}${']'.repeat(20_000)},"maxResults":1}`;
  assert.equal((await post(relaxed, json('ListClusters', unknown))).status, 200);
});
