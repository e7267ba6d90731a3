// A request that was good once: again, later, too early, for another service, with headers added on the way. As in AWS it may be sent again
// within its five minutes (there is no nonce in Signature Version 4); what must not happen twice has a client token.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ListClusters$ } from '@aws-sdk/client-ecs';
import { ListUsers$ } from '@aws-sdk/client-iam';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { Clock } from '#base/clock.ts';
import { credentials, fakeService, openEndpoint } from './support.ts';

const NOW = Date.UTC(2026, 10, 28, 12, 0, 0);
const TARGET = 'AmazonEC2ContainerServiceV20141113.ListClusters';

class Sha256 {
  readonly #hash;
  constructor(secret?: Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

async function open(t: TestContext) {
  const clock: Clock & { at: number } = { at: NOW, now: () => clock.at, after: () => ({ cancel() {} }) };
  const ecs = fakeService({ ListClusters: ListClusters$ }, { name: 'ecs', signingNames: ['ecs'], protocol: 'awsJson1_1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' }, () => ({ clusterArns: [] }));
  const iam = fakeService({ ListUsers: ListUsers$ }, { name: 'iam', signingNames: ['iam'], protocol: 'awsQuery', apiVersion: '2010-05-08' }, () => ({ Users: [] }));
  const endpoint = await openEndpoint([ecs.service, iam.service], { clock });
  t.after(() => endpoint.close());
  const signer = (service: string, signingDate = NOW) => ({ v4: new SignatureV4({ service, region: 'us-east-1', sha256: Sha256 as never, credentials }), signingDate: new Date(signingDate) });
  const host = `127.0.0.1:${endpoint.port}`;
  const sign = async (service = 'ecs', signingDate = NOW): Promise<[string, string][]> => {
    const { v4, ...when } = signer(service, signingDate);
    const signed = await v4.sign({ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port: endpoint.port, path: '/', query: {}, headers: { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': TARGET }, body: '{}' }, when);
    return Object.entries(signed.headers);
  };
  const presign = async (expiresIn: number): Promise<string> => {
    const { v4, ...when } = signer('iam');
    const signed = await v4.presign({ method: 'GET', protocol: 'http:', hostname: '127.0.0.1', port: endpoint.port, path: '/', query: { Action: 'ListUsers', Version: '2010-05-08' }, headers: { host } }, { ...when, expiresIn });
    return `/?${new URLSearchParams(signed.query as Record<string, string>).toString()}`;
  };
  /** Headers go out as they are listed, twice where they are listed twice. */
  const send = (headers: readonly [string, string][], { method = 'POST', path = '/', body = '{}' } = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: endpoint.port, method, path, headers: [...headers, ['content-length', String(body.length)]].flat(), setHost: false }, (response) => {
        let text = '';
        response.on('data', (data) => (text += String(data)));
        response.on('end', () => resolve(`${response.statusCode} ${/"__type":"([^"]*)"/.exec(text)?.[1] ?? /<Code>([^<]*)/.exec(text)?.[1] ?? ''}`.trim()));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { clock, sign, presign, send, host };
}

test('the same bytes are good for five minutes, and not before their time', async (t) => {
  const { clock, sign, send } = await open(t);
  const headers = await sign();
  assert.equal(await send(headers), '200');
  assert.equal(await send(headers), '200');
  clock.at = NOW + 301_000;
  assert.equal(await send(headers), '400 InvalidSignatureException');
  clock.at = NOW - 301_000;
  assert.equal(await send(headers), '400 InvalidSignatureException');
});

test('a signature for one service opens no other', async (t) => {
  const { sign, send } = await open(t);
  assert.equal(await send(await sign('iam')), '400 InvalidSignatureException');
});

test('a presigned request ends with its time', async (t) => {
  const { clock, presign, send, host } = await open(t);
  const path = await presign(60);
  const get = { method: 'GET', path, body: '' };
  assert.equal(await send([['host', host]], get), '200');
  clock.at = NOW + 61_000;
  assert.equal(await send([['host', host]], get), '403 SignatureDoesNotMatch');
});

test('a signed header that comes twice is another header, whichever comes first; a second signature is none', async (t) => {
  const { sign, send } = await open(t);
  const headers = await sign();
  for (const [name, value] of headers) {
    if (!/^(host|x-amz-date|x-amz-target|content-type)$/i.test(name)) continue;
    const other = name.toLowerCase() === 'x-amz-target' ? 'AmazonEC2ContainerServiceV20141113.DeleteCluster' : `${value}x`;
    for (const twice of [[...headers, [name, other]], [[name, other], ...headers]] as [string, string][][]) assert.match(await send(twice), /^4\d\d/, `${name} twice`);
  }
  assert.match(await send([['authorization', 'AWS4-HMAC-SHA256 Credential=x'], ...headers]), /^4\d\d/);
});

test('an unsigned body is taken from nobody but S3', async (t) => {
  const { sign, send } = await open(t);
  const headers = (await sign()).map(([name, value]): [string, string] => [name, name.toLowerCase() === 'x-amz-content-sha256' ? 'UNSIGNED-PAYLOAD' : value]);
  assert.equal(await send(headers, { body: '{"maxResults":1}' }), '400 InvalidSignatureException');
  assert.equal(await send([...await sign(), ['x-extra', 'UNSIGNED-PAYLOAD']], { body: '{"maxResults":1}' }), '400 InvalidSignatureException');
});
