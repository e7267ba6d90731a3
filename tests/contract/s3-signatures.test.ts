// How requests to S3 may be signed, and what is refused: pieces with signatures of their own, presigned addresses, hosts that name the bucket,
// bodies and headers that were changed on the way, and callers that policies or accounts keep out.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import * as s3 from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { openControlPlane, type ControlPlane } from '#app/control-plane.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';

let folder: string;
let plane: ControlPlane;
let client: s3.S3Client;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-s3-'));
  plane = await openControlPlane({ dataDir: folder, listen: '127.0.0.1', port: 0, auth: 'strict', logLevel: 'error' }, { clock: systemClock, random: systemRandom, log: silentLogger });
  client = new s3.S3Client(config());
  await client.send(new s3.CreateBucketCommand({ Bucket: 'box' }));
  await client.send(new s3.PutObjectCommand({ Bucket: 'box', Key: 'secret', Body: 'mine' }));
});
after(async () => {
  client.destroy();
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

function config(keys: { accessKeyId: string; secretAccessKey: string } = plane.credentials): { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string }; maxAttempts: number } {
  return { endpoint: plane.url, region: plane.credentials.region, credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey }, maxAttempts: 1 };
}

class Sha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Uint8Array };
  constructor(secret?: any) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: any): void {
    this.#hash.update(typeof data === 'string' ? Buffer.from(data) : data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

const signer = (): SignatureV4 => new SignatureV4({ service: 's3', region: plane.credentials.region, credentials: plane.credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: false });

interface Wanted {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly host?: string;
}

/** The signed headers of a request. */
async function signed({ method = 'PUT', path = '/box/x', headers = {}, host = new URL(plane.url).host }: Wanted): Promise<Record<string, string>> {
  const [pathname = '', search = ''] = path.split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  return (await signer().sign({ method, protocol: 'http:', hostname: host.split(':')[0] ?? '', path: pathname, query, headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers } })).headers;
}

async function send({ method = 'PUT', path = '/box/x' }: Wanted, headers: Record<string, string>, body: Uint8Array | string = ''): Promise<{ status: number; text: string }> {
  const sent = request(new URL(path, plane.url), { method, headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, text };
}

const code = (text: string): string | undefined => /<Code>(\w+)<\/Code>/.exec(text)?.[1];

/** The signatures of pieces, each of which follows from the one before. */
function chunked(headers: Record<string, string>, pieces: readonly string[], trailer?: string): Buffer {
  const { accessKeyId: _, secretAccessKey, region } = plane.credentials;
  const time = headers['x-amz-date'] ?? '';
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  let previous = /Signature=([0-9a-f]{64})/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const next = (...lines: string[]): string => (previous = createHmac('sha256', key).update([lines[0], time, scope, previous, ...lines.slice(1)].join('\n')).digest('hex'));
  const encoded = [...pieces, ''].map((piece) => `${piece.length.toString(16)};chunk-signature=${next('AWS4-HMAC-SHA256-PAYLOAD', sha256(''), sha256(piece))}\r\n${piece}${piece === '' ? '' : '\r\n'}`);
  const end = trailer === undefined ? '\r\n' : `${trailer}\r\nx-amz-trailer-signature:${next('AWS4-HMAC-SHA256-TRAILER', sha256(`${trailer}\n`))}\r\n\r\n`;
  return Buffer.from(encoded.join('') + end);
}

const streaming = (form: string, length: number): Record<string, string> => ({ 'x-amz-content-sha256': form, 'x-amz-decoded-content-length': String(length), 'content-encoding': 'aws-chunked' });
const read = async (Key: string): Promise<string> => (await (await client.send(new s3.GetObjectCommand({ Bucket: 'box', Key }))).Body?.transformToString()) ?? '';

test('pieces with signatures of their own are put together; a changed byte in any of them is refused', async () => {
  const text = 'a'.repeat(70_000) + 'b'.repeat(1000);
  const headers = await signed({ headers: streaming('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', text.length) });
  const body = chunked(headers, [text.slice(0, 65_536), text.slice(65_536)]);
  assert.deepEqual(await send({}, headers, body), { status: 200, text: '' });
  assert.equal(await read('x'), text);
  for (const at of [0, 30, 1000, body.length - 500, body.length - 20]) {
    const changed = Buffer.from(body);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const answer = await send({}, headers, changed);
    assert.ok(answer.status === 403 || answer.status === 400, `${at}: ${answer.text}`);
  }
  assert.equal(code((await send({}, headers, body.subarray(0, body.length - 100))).text), 'IncompleteBody');
  assert.equal(code((await send({}, headers, chunked(headers, [text.slice(0, 65_536)]))).text), 'IncompleteBody');
  assert.equal(await read('x'), text);
});

test('a signed trailer is held to, and so is its checksum', async () => {
  const headers = await signed({ headers: { ...streaming('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 9), 'x-amz-trailer': 'x-amz-checksum-crc32' } });
  assert.equal((await send({}, headers, chunked(headers, ['123456789'], 'x-amz-checksum-crc32:y/Q5Jg=='))).status, 200);
  assert.equal(code((await send({}, headers, chunked(headers, ['123456789'], 'x-amz-checksum-crc32:AAAAAA=='))).text), 'BadDigest');
  const tampered = chunked(headers, ['123456789'], 'x-amz-checksum-crc32:y/Q5Jg==').toString().replace('y/Q5Jg==', 'y/Q5Jh==');
  assert.equal(code((await send({}, headers, tampered)).text), 'SignatureDoesNotMatch');
});

test('a body that is not the one whose hash was signed is refused and not kept', async () => {
  const headers = await signed({ path: '/box/never', headers: { 'x-amz-content-sha256': createHash('sha256').update('right').digest('hex') } });
  assert.equal(code((await send({ path: '/box/never' }, headers, 'wrong')).text), 'XAmzContentSHA256Mismatch');
  await assert.rejects(read('never'), { name: 'NoSuchKey' });
  assert.equal((await send({ path: '/box/never' }, headers, 'right')).status, 200);
});

test('headers that say what to do must be signed', async () => {
  const headers = await signed({ path: '/box/y' });
  const answer = await send({ path: '/box/y' }, { ...headers, 'x-amz-copy-source': 'box/secret' });
  assert.deepEqual([answer.status, code(answer.text)], [403, 'SignatureDoesNotMatch']);
});

test('presigned addresses: for their object, method and time only', async () => {
  const host = new URL(plane.url).host;
  const presign = async (method: string, path: string, expiresIn: number, at = new Date()): Promise<string> => {
    const { query = {} } = await signer().presign({ method, protocol: 'http:', hostname: host.split(':')[0] ?? '', path, headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, { expiresIn, signingDate: at, unsignableHeaders: new Set(['x-amz-content-sha256']) });
    return `${path}?${new URLSearchParams(query as Record<string, string>)}`;
  };
  const get = await presign('GET', '/box/secret', 60);
  assert.deepEqual(await send({ method: 'GET', path: get }, {}), { status: 200, text: 'mine' });
  assert.equal((await send({ method: 'GET', path: get.replace('/secret', '/x') }, {})).status, 403);
  assert.equal((await send({ method: 'DELETE', path: get }, {})).status, 403);
  assert.equal((await send({ method: 'GET', path: await presign('GET', '/box/secret', 60, new Date(Date.now() - 120_000)) }, {})).status, 403);
  const put = await presign('PUT', '/box/given', 60);
  assert.equal((await send({ path: put }, {}, 'by hand')).status, 200);
  assert.equal(await read('given'), 'by hand');
});

test('a host that names the bucket leads to it', async () => {
  const { port } = new URL(plane.url);
  for (const host of [`box.localhost:${port}`, `box.s3.localhost:${port}`, `box.s3.us-east-1.amazonaws.com`, `box.s3.amazonaws.com`]) {
    const headers = await signed({ method: 'GET', path: '/secret', host });
    assert.deepEqual(await send({ method: 'GET', path: '/secret' }, { ...headers, host }), { status: 200, text: 'mine' }, host);
  }
});

test('who is not signed, or not allowed, gets AccessDenied; another account sees nothing of it', async () => {
  assert.equal((await send({ method: 'GET', path: '/box/secret' }, {})).status, 404);
  const iam = new IAMClient(config());
  await iam.send(new CreateUserCommand({ UserName: 'reader' }));
  const allow = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::box/public/*' };
  const put = { Effect: 'Allow', Action: ['s3:PutObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::box/own/*' };
  const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::box', Condition: { StringLike: { 's3:prefix': 'public/*' } } };
  await iam.send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [allow, put, list] }) }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }));
  iam.destroy();
  const reader = new s3.S3Client(config({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }));
  await client.send(new s3.PutObjectCommand({ Bucket: 'box', Key: 'public/a', Body: 'all' }));
  assert.equal(await (await reader.send(new s3.GetObjectCommand({ Bucket: 'box', Key: 'public/a' }))).Body?.transformToString(), 'all');
  const denied = { name: 'AccessDenied' };
  await assert.rejects(reader.send(new s3.GetObjectCommand({ Bucket: 'box', Key: 'secret' })), denied);
  await assert.rejects(reader.send(new s3.PutObjectCommand({ Bucket: 'box', Key: 'public/b', Body: 'x' })), denied);
  await assert.rejects(reader.send(new s3.CopyObjectCommand({ Bucket: 'box', Key: 'own/c', CopySource: 'box/secret' })), denied);
  await reader.send(new s3.CopyObjectCommand({ Bucket: 'box', Key: 'own/c', CopySource: 'box/public/a' }));
  await assert.rejects(reader.send(new s3.DeleteObjectsCommand({ Bucket: 'box', Delete: { Objects: [{ Key: 'own/c' }, { Key: 'secret' }] } })), denied);
  assert.equal((await reader.send(new s3.ListObjectsV2Command({ Bucket: 'box', Prefix: 'public/' }))).KeyCount, 1);
  await assert.rejects(reader.send(new s3.ListObjectsV2Command({ Bucket: 'box' })), denied);
  await assert.rejects(reader.send(new s3.ListBucketsCommand({})), denied);
  reader.destroy();
});

test('hostile keys are names of rows, never paths', async () => {
  for (const Key of ['../../../../etc/passwd', '..%2f..%2fx', '/', '//', '.', 'a/./b', 'x\u0000y', '%', 'é'.repeat(500)]) {
    await client.send(new s3.PutObjectCommand({ Bucket: 'box', Key, Body: Key }));
    assert.equal(await read(Key), Key, JSON.stringify(Key));
  }
  await assert.rejects(client.send(new s3.PutObjectCommand({ Bucket: 'box', Key: 'k'.repeat(1025), Body: 'x' })), { name: 'KeyTooLongError' });
  const shapes = readdirSync(join(folder, 's3'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/^[0-9a-f]{32}$/.test(entry.name));
  assert.deepEqual(shapes, []);
});
