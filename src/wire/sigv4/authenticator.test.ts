// Callers found and refused, upgrades included, in the words of each protocol family.
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Clock } from '#base/clock.ts';
import { AwsError } from '../aws-error.ts';
import { parseHead } from '../head.ts';
import { authError, authFailure } from './auth-failure.ts';
import { createAuthenticator, type KeyLookup } from './authenticator.ts';
import { verifyUpgrade } from './upgrade.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock: Clock = { now: () => NOW, after: () => ({ cancel() {} }) };
const caller = { account: '123456789012', arn: 'arn:x', userId: 'u', accessKeyId: 'ASIA1' };
const keys: KeyLookup = (id, token) => (id === 'ASIA1' && token === 'tok' ? { secret: 's', caller, expiresAtMs: NOW + 1 } : undefined);

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

async function upgradeHeaders(sessionToken: string): Promise<{ url: string; rawHeaders: string[] }> {
  const signer = new SignatureV4({ service: 'ecs', region: 'eu-west-1', sha256: Sha256 as never, credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken } });
  const request = { method: 'GET', protocol: 'http:', hostname: 'h', path: '/ws', query: { clusterArn: 'arn:aws:ecs:x', seqNum: '1' }, headers: { host: 'h' } };
  const signed = await signer.sign(request, { signingDate: new Date(NOW) });
  const url = '/ws?clusterArn=arn%3Aaws%3Aecs%3Ax&seqNum=1';
  return { url, rawHeaders: Object.entries({ ...signed.headers, connection: 'Upgrade', upgrade: 'websocket' }).flat() };
}

test('a websocket upgrade is authenticated like any GET without a body', async () => {
  const authenticate = createAuthenticator({ mode: 'strict', keys, clock });
  const good = verifyUpgrade(authenticate, { method: 'GET', ...(await upgradeHeaders('tok')) }, ['ecs']);
  assert.deepEqual(good, { caller, region: 'eu-west-1' });
  const wrongToken = verifyUpgrade(authenticate, { method: 'GET', ...(await upgradeHeaders('other')) }, ['ecs']);
  assert.ok(wrongToken instanceof AwsError);
  assert.equal(wrongToken.code, 'UnrecognizedClientException');
  assert.equal(wrongToken.message, 'The security token included in the request is invalid.');
  assert.equal(wrongToken.httpStatus, 403);
});

test('a temporary key that has run out is refused after its signature proved good', async () => {
  const authenticate = createAuthenticator({ mode: 'strict', keys: (id, token) => ({ ...(keys(id, token) as NonNullable<ReturnType<KeyLookup>>), expiresAtMs: NOW }), clock });
  const refused = verifyUpgrade(authenticate, { method: 'GET', ...(await upgradeHeaders('tok')) }, ['ecs']);
  assert.ok(refused instanceof AwsError);
  assert.equal(refused.code, 'ExpiredTokenException');
});

test('relaxed never refuses, whatever the header says', () => {
  const authenticate = createAuthenticator({ mode: 'relaxed', keys, clock });
  for (const authorization of ['', 'Basic x', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 Credential=/////']) {
    const outcome = authenticate({ head: parseHead('POST', '/', ['Authorization', authorization]), body: new Uint8Array(), rules: { signingNames: ['x'] } });
    assert.ok(!('failure' in outcome));
    assert.equal(outcome.caller.account, '000000000000');
  }
});

test('each family of protocols has its own code and status for a refusal', () => {
  const row = (kind: Parameters<typeof authFailure>[0]): string[] =>
    (['json', 'rest-json', 'query', 'ec2', 'rest-xml'] as const).map((family) => {
      const error = authError(authFailure(kind, 'm'), family);
      return `${error.code} ${error.httpStatus}`;
    });
  assert.deepEqual(row('unknown-key'), ['UnrecognizedClientException 400', 'UnrecognizedClientException 403', 'InvalidClientTokenId 403', 'AuthFailure 401', 'InvalidAccessKeyId 403']);
  assert.deepEqual(row('mismatch'), ['InvalidSignatureException 400', 'InvalidSignatureException 403', 'SignatureDoesNotMatch 403', 'SignatureDoesNotMatch 403', 'SignatureDoesNotMatch 403']);
  assert.deepEqual(row('missing'), ['MissingAuthenticationTokenException 400', 'MissingAuthenticationTokenException 403', 'MissingAuthenticationToken 403', 'MissingAuthenticationToken 403', 'AccessDenied 403']);
});
