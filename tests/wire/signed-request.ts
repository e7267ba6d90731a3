// Requests that others signed, with all that is needed to verify them: from botocore (botocore-sign.py) and from the SDK for JavaScript.
import { createHash, createHmac } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Random } from '#base/random.ts';
import { systemClock } from '#base/system/clock.ts';
import { parseHead } from '#wire/head.ts';
import { createAuthenticator, type Authenticate } from '#wire/sigv4/authenticator.ts';

export interface Signed {
  readonly kind: 'header' | 'query' | 's3-header' | 's3-query';
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string | null;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly [string, string][];
  /** Base64. */
  readonly body: string;
}

/** Verifies requests against the keys they were signed with; forgets keys after so many requests, as they come one after the other. */
export function createVerifier(): { learn(request: Signed): void; verify(request: Signed): ReturnType<Authenticate> } {
  const keys = new Map<string, Signed>();
  const authenticate = createAuthenticator({
    mode: 'strict',
    clock: systemClock,
    keys(accessKeyId, sessionToken) {
      const found = keys.get(`${accessKeyId} ${sessionToken ?? ''}`);
      return found && { secret: found.secret, caller: { account: '1', arn: 'a', userId: 'u', accessKeyId } };
    },
  });
  return {
    learn(request) {
      if (keys.size > 20_000) keys.clear();
      keys.set(`${request.accessKeyId} ${request.token ?? ''}`, request);
    },
    verify(request) {
      const s3 = request.kind.startsWith('s3');
      return authenticate({
        head: parseHead(request.method, request.url, request.headers.flat()),
        body: Buffer.from(request.body, 'base64'),
        rules: { signingNames: [request.service], singleEncodedPath: s3, unsignedPayload: s3 },
      });
    },
  };
}

/** `count` requests signed by botocore, as they come. */
export async function* signedByBotocore(count: number, seed: number): AsyncGenerator<Signed> {
  const script = fileURLToPath(new URL('./botocore-sign.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script, String(count), String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Signed;
  const code = await ended;
  if (code !== 0) throw new Error(`botocore-sign.py ended with ${code}`);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const TEXT = [...'abcXYZ019-_.~ /:+&=%@!$\'()*,;é€😀'];

/** One request signed by the SDK for JavaScript's signer. @param number makes its access key its own */
export async function signedBySmithy(number: number, random: Random): Promise<Signed> {
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const name = (): string => Array.from({ length: 1 + below(10) }, () => LETTERS[below(LETTERS.length)]).join('');
  const text = (most: number, least = 0): string => Array.from({ length: least + below(most - least + 1) }, () => pick(TEXT)).join('');
  const encode = (plain: string): string => encodeURIComponent(plain).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const kind = pick(['header', 'header', 'query', 's3-header', 's3-query'] as const);
  const s3 = kind.startsWith('s3');
  const [service, region] = [s3 ? 's3' : pick(['ecs', 'sts', 'ec2', 'logs', 'ecr']), pick(['us-east-1', 'eu-central-1', 'ap-southeast-2'])];
  const key = { accessKeyId: `AKSM${number}X${name().toUpperCase()}`, secretAccessKey: `secret/${name()}+${name()}`, ...(random.next() < 0.4 && { sessionToken: `T${name()}/+=${name()}` }) };
  const segments = Array.from({ length: below(4) }, () => encode(text(8, 1))).map((segment) => (segment === '.' || segment === '..' ? 'dot' : segment));
  const query: Record<string, string> = Object.fromEntries(Array.from({ length: below(5) }, () => [text(6, 1), text(8)]));
  const method = pick(['GET', 'POST', 'PUT', 'DELETE']);
  const body = method === 'GET' || method === 'DELETE' || kind.endsWith('query') ? '' : text(60);
  const headers: Record<string, string> = { host: '127.0.0.1:4566', 'content-type': 'application/x-amz-json-1.1' };
  if (random.next() < 0.5) headers['x-amz-target'] = `Service_2020.${name()}`;
  for (let i = below(4); i > 0; i--) headers[`x-amz-meta-${name()}`] = `${name()}   ${name()}/${name()}`;
  const signer = new SignatureV4({ service, region, sha256: Sha256 as never, credentials: key, uriEscapePath: !s3 });
  const request = { method, protocol: 'http:', hostname: '127.0.0.1', port: 4566, path: `/${segments.join('/')}`, query, headers, body };
  // What the SDK presigns for other services has an empty body, too: its hash, not UNSIGNED-PAYLOAD.
  const signed = kind.endsWith('query') ? await signer.presign({ ...request, headers: s3 ? { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : headers }, { expiresIn: 60 + below(3_000) }) : await signer.sign(request);
  const pairs = Object.entries(signed.query ?? {}).map(([key_, value]) => `${encode(key_)}=${encode(String(value))}`);
  return {
    kind, service, region, accessKeyId: key.accessKeyId, secret: key.secretAccessKey, token: key.sessionToken ?? null, method,
    url: signed.path + (pairs.length === 0 ? '' : `?${pairs.join('&')}`),
    headers: Object.entries(signed.headers).map(([header, value]) => [header, value.trim()]),
    body: Buffer.from(body).toString('base64'),
  };
}

/** What the signer wants of a hash. */
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
