// Signatures against botocore (Debian's python3-boto3): what it signs is accepted, what one byte changes is not.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { seededRandom, type Random } from '#base/random.ts';
import { systemClock } from '#base/system/clock.ts';
import { parseHead } from '#wire/head.ts';
import { createAuthenticator, type Authenticate } from '#wire/sigv4/authenticator.ts';

const SIGNED = Number(process.env.WIRE_SIGNED ?? 300);
const MUTANTS_EACH = Number(process.env.WIRE_MUTANTS ?? 10);
const SEED = Number(process.env.WIRE_SEED ?? 1);

interface Signed {
  readonly kind: 'header' | 'query' | 's3-header' | 's3-query';
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string | null;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly [string, string][];
  readonly body: string;
}

let requests: Signed[];
let authenticate: Authenticate;

before(() => {
  const script = fileURLToPath(new URL('./botocore-sign.py', import.meta.url));
  const lines = execFileSync('/usr/bin/python3', [script, String(SIGNED), String(SEED)], { encoding: 'utf8', maxBuffer: 1e9 });
  requests = lines.trim().split('\n').map((line) => JSON.parse(line));
  const keys = new Map(requests.map((request) => [`${request.accessKeyId} ${request.token ?? ''}`, request]));
  authenticate = createAuthenticator({
    mode: 'strict',
    clock: systemClock,
    keys(accessKeyId, sessionToken) {
      const found = keys.get(`${accessKeyId} ${sessionToken ?? ''}`);
      return found && { secret: found.secret, caller: { account: '1', arn: 'a', userId: 'u', accessKeyId } };
    },
  });
});

function verify(request: Signed): ReturnType<Authenticate> {
  const s3 = request.kind.startsWith('s3');
  return authenticate({
    head: parseHead(request.method, request.url, request.headers.flat()),
    body: Buffer.from(request.body, 'base64'),
    rules: { signingNames: [request.service], singleEncodedPath: s3, unsignedPayload: s3 },
  });
}

test('every request that botocore signs is accepted, with its caller and region', () => {
  assert.equal(requests.length, SIGNED);
  for (const request of requests) {
    const outcome = verify(request);
    assert.ok(!('failure' in outcome), `${JSON.stringify(outcome)}\n${JSON.stringify(request)}`);
    assert.equal(outcome.caller.accessKeyId, request.accessKeyId);
    assert.equal(outcome.region, request.region);
  }
});

test('every request with one byte changed is refused', () => {
  const random = seededRandom(SEED);
  for (const request of requests) {
    for (let i = 0; i < MUTANTS_EACH; i++) {
      const mutant = mutate(request, random);
      const outcome = verify(mutant);
      assert.ok('failure' in outcome, `accepted\n${JSON.stringify(mutant)}\nfor\n${JSON.stringify(request)}`);
    }
  }
});

function pick(random: Random, below: number): number {
  return Math.floor(random.next() * below);
}

/** One byte of the method, the target, a signed header, the authorization or the body. */
function mutate(request: Signed, random: Random): Signed {
  const signedNames = signedHeaders(request);
  const parts: (() => Signed)[] = [
    () => ({ ...request, method: request.method === 'PATCH' ? 'POST' : request.method.slice(0, -1) + (request.method.endsWith('X') ? 'Y' : 'X') }),
    () => ({ ...request, url: changeLetter(request.url, random) ?? `${request.url}a` }),
  ];
  for (const [index, [name, value]] of request.headers.entries()) {
    if (!signedNames.has(name.toLowerCase())) continue;
    parts.push(() => {
      const headers = request.headers.map((pair) => [...pair] as [string, string]);
      (headers[index] as [string, string])[1] = changeLetter(value, random) ?? `${value}a`;
      return { ...request, headers };
    });
  }
  // The body of a presigned S3 request is nobody's promise.
  if (request.kind !== 's3-query') parts.push(() => ({ ...request, body: changeBody(request.body, random) }));
  return (parts[pick(random, parts.length)] as () => Signed)();
}

function signedHeaders(request: Signed): Set<string> {
  const authorization = request.headers.find(([name]) => name === 'Authorization')?.[1];
  const list = authorization === undefined ? /X-Amz-SignedHeaders=([^&]*)/.exec(request.url)?.[1] : /SignedHeaders=([^,]*)/.exec(authorization)?.[1];
  const names = new Set(decodeURIComponent(list ?? '').split(';'));
  if (authorization !== undefined) names.add('authorization');
  assert.ok(names.has('host'));
  return names;
}

/** Another letter or digit in place of one; case alone does not count, percent-encoding does not know it. */
function changeLetter(text: string, random: Random): string | undefined {
  const places = [...text.matchAll(/[A-Za-z0-9]/g)].map((match) => match.index);
  if (places.length === 0) return undefined;
  const at = places[pick(random, places.length)] as number;
  const old = (text[at] as string).toLowerCase();
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'].filter((letter) => letter !== old);
  return text.slice(0, at) + letters[pick(random, letters.length)] + text.slice(at + 1);
}

function changeBody(body: string, random: Random): string {
  const bytes = Buffer.from(body, 'base64');
  if (bytes.length === 0) return Buffer.from('x').toString('base64');
  const at = pick(random, bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 << pick(random, 8));
  return bytes.toString('base64');
}
