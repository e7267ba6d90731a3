// Requests made to hurt, over HTTP to every service: deep and wide documents in each encoding, policies as large as they get, texts that are no
// UTF-8, heads too large, regular expressions and patterns made to be slow. Each gets an answer that is no 5xx, and the next caller his.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { openAllServices, type AllServices } from '#tests/support/all-services.ts';
import { openEndpoint, type Endpoint } from '../wire/support.ts';

const ACCOUNT = '111122223333';
let platform: AllServices;
let endpoint: Endpoint;
before(async () => {
  platform = await openAllServices([ACCOUNT]);
  endpoint = await openEndpoint(platform.services, { mode: 'relaxed', authorize: () => undefined });
});
after(async () => {
  await endpoint.close();
  await platform.close();
});

const authorization = (service: string): string => `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

async function send(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>, path = '/'): Promise<{ status: number; text: string }> {
  const response = await fetch(endpoint.url + path, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

const json = (service: string, target: string, body: string | Uint8Array<ArrayBuffer>) => send({ authorization: authorization(service), 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }, body);
const form = (service: string, members: Record<string, string>) => send({ authorization: authorization(service), 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams(members).toString());
const iam = (Action: string, members: Record<string, string>) => form('iam', { Action, Version: '2010-05-08', ...members });

const ECS = 'AmazonEC2ContainerServiceV20141113';
const nested = (depth: number): string => `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;

function assertRefused({ status, text }: { status: number; text: string }, code?: RegExp): void {
  assert.ok(status >= 400 && status < 500, `${status} ${text.slice(0, 300)}`);
  if (code !== undefined) assert.match(text, code);
}

test('documents nested a hundred thousand deep are refused in every encoding', async () => {
  assertRefused(await json('ecs', `${ECS}.RunTask`, nested(100_000)));
  assertRefused(await json('ecs', `${ECS}.RegisterTaskDefinition`, `{"family":"f","containerDefinitions":[{"name":"c","dockerLabels":${nested(50_000)}}]}`));
  // CBOR: arrays in arrays, maps in maps, texts of 2^63 bytes.
  for (const bytes of [Buffer.alloc(100_000, 0x81), Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.from([0xa1, 0x61, 0x61]))), Buffer.from([0x7b, 0x7f, 255, 255, 255, 255, 255, 255, 255]), Buffer.alloc(50_000, 0x9f)]) {
    assertRefused(await send({ authorization: authorization('ecs'), 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' }, bytes as Uint8Array<ArrayBuffer>, `/service/${ECS}/operation/RunTask`));
  }
  assertRefused(await form('ec2', { Action: 'RunInstances', Version: '2016-11-15', [`A${'.B'.repeat(20_000)}`]: 'x' }));
  assertRefused(await form('ec2', { Action: 'CreateSecurityGroup', Version: '2016-11-15', 'TagSpecification.999999999999.Tag.888888888888.Key': 'x' }));
});

test('policies that are huge, deep or made to be slow are refused by their size or read in no time', async () => {
  const statement = (more: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] });
  for (const document of [nested(50_000), `{"Version":"2012-10-17","Statement":${nested(30_000)}}`, statement({ Action: Array.from({ length: 50_000 }, (_, i) => `ecs:${i}`) }), statement({ Condition: { StringLike: { 'aws:x': '*a'.repeat(50_000) } } })]) {
    assertRefused(await iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: document }), /LimitExceeded|MalformedPolicyDocument|ValidationError|InvalidInput/);
    assertRefused(await form('sts', { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: `arn:aws:iam::${ACCOUNT}:role/none`, RoleSessionName: 'session', Policy: document }));
    assertRefused(await json('kms', 'TrentService.CreateKey', JSON.stringify({ Policy: document })));
    assertRefused(await json('ecr', 'AmazonEC2ContainerRegistry_V20150921.SetRepositoryPolicy', JSON.stringify({ repositoryName: 'x', policyText: document })));
  }
  // As slow as a policy of the allowed size can be made: it is evaluated, and says no.
  const slow = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: `arn:aws:ecs:${'*a'.repeat(1_000)}b` }] });
  const { status, text } = await iam('SimulateCustomPolicy', { 'PolicyInputList.member.1': slow, 'ActionNames.member.1': 'ecs:RunTask', 'ResourceArns.member.1': `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/${'a'.repeat(1_000)}` });
  assert.equal(status, 200, text);
  assert.match(text, /implicitDeny/);
});

test('a simulation of more than anybody needs is refused, and one of slow patterns does not run on', async () => {
  const many = (member: string, count: number, text: string): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${member}.member.${i + 1}`, `${text}${i}`]));
  const all = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  assertRefused(await iam('SimulateCustomPolicy', { 'PolicyInputList.member.1': all, ...many('ActionNames', 2_000, 'ecs:A'), ...many('ResourceArns', 2_000, 'arn:aws:ecs:us-east-1:1:cluster/') }), /InvalidInput/);
  assertRefused(await iam('SimulateCustomPolicy', { 'PolicyInputList.member.1': all, 'ActionNames.member.1': 'ecs:RunTask', 'ResourceArns.member.1': 'a'.repeat(3_000) }), /InvalidInput/);
  const slow = JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: 60 }, (_, i) => ({ Sid: `s${i}`, Effect: 'Allow', Action: '*', Resource: `arn:aws:ecs:${'*a'.repeat(900)}b${i}` })) });
  const { status, text } = await iam('SimulateCustomPolicy', { 'PolicyInputList.member.1': slow, MaxItems: '1000', ...many('ActionNames', 1_000, 'ecs:A'), 'ResourceArns.member.1': `arn:aws:ecs:us-east-1:1:cluster/${'a'.repeat(2_000)}` });
  assert.ok(status < 500, text.slice(0, 300));
});

test('caller’s patterns and filters made to be slow come to an end', async () => {
  const slow = '(a+)+$';
  const value = `${'a'.repeat(40)}!`;
  assertRefused(await json('ssm', 'AmazonSSM.PutParameter', JSON.stringify({ Name: 'slow', Type: 'String', Value: value, AllowedPattern: slow })));
  await json('logs', 'Logs_20140328.CreateLogGroup', JSON.stringify({ logGroupName: 'g' }));
  for (const filterPattern of [`%${slow}%`, `{ $.a = %${slow}% }`, '('.repeat(10_000), `{ ${'('.repeat(10_000)}`, '?a '.repeat(300)]) {
    const { status, text } = await json('logs', 'Logs_20140328.TestMetricFilter', JSON.stringify({ filterPattern, logEventMessages: [value, JSON.stringify({ a: value })] }));
    assert.ok(status < 500, text);
  }
  for (const filter of ['('.repeat(1_990), '!'.repeat(1_990), '('.repeat(300_000), `attribute:a =~ ${slow}`, `attribute:a in [${'a,'.repeat(990)}]`]) {
    const { status, text } = await json('ecs', `${ECS}.ListContainerInstances`, JSON.stringify({ filter }));
    assert.ok(status < 500, text);
  }
});

test('texts that are no UTF-8, lone surrogates and control characters are refused or kept, never a fault', async () => {
  const bad = Buffer.concat([Buffer.from('{"clusterName":"'), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]), Buffer.from('"}')]);
  assertRefused(await json('ecs', `${ECS}.CreateCluster`, bad as Uint8Array<ArrayBuffer>));
  assertRefused(await json('ecs', `${ECS}.CreateCluster`, '{"clusterName":"\\ud800\\u0000"}'));
  assertRefused(await send({ authorization: authorization('iam'), 'content-type': 'application/x-www-form-urlencoded' }, 'Action=CreateUser&Version=2010-05-08&UserName=%ff%fe%zz%'));
  for (const target of [`${ECS}.__proto__`, `${ECS}.constructor`, '__proto__.toString', '.', 'a'.repeat(5_000)]) assertRefused(await json('ecs', target, '{}'));
  for (const body of ['', 'null', '[]', '"x"', '0', '{"__proto__":{"cluster":"x"}}', `${' '.repeat(100_000)}{}`, '{"cluster":"a","cluster":1}', '{"maxResults":1e400}', '{"maxResults":NaN}']) {
    const { status, text } = await json('ecs', `${ECS}.ListClusters`, body);
    assert.ok(status < 500, text);
  }
});

test('a head that is too large, or no HTTP at all, ends its connection and nobody else’s', async () => {
  for (const head of [`POST / HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(100_000)}\r\n\r\n`, `POST / HTTP/1.1\r\n${'x: y\r\n'.repeat(5_000)}\r\n`, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', '\u0000\u0001\u0002\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n']) {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(endpoint.port, '127.0.0.1', () => socket.end(head));
      let text = '';
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('error', () => resolve(text));
      socket.on('close', () => resolve(text));
    });
    assert.ok(answer === '' || /^HTTP\/1\.1 4\d\d/.test(answer), answer.slice(0, 200));
  }
  assert.equal((await json('ecs', `${ECS}.ListClusters`, '{}')).status, 200);
});

test('no request of all these was a fault', () => {
  assert.deepEqual(endpoint.observed.filter(({ fault }) => fault), []);
});
