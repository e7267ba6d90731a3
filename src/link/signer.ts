// SigV4 signatures for what the agent sends.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '#base/clock.ts';

export interface AgentCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignerOptions {
  readonly credentials: AgentCredentials;
  readonly region: string;
  readonly clock: Clock;
  /** S3: the path is not encoded a second time. */
  readonly singleEncodedPath?: boolean;
}

export interface UnsignedRequest {
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Resolves with the headers, those of the signature added. */
export type Sign = (request: UnsignedRequest) => Promise<Record<string, string>>;

export function createSigner(options: SignerOptions): Sign {
  const signers = new Map<string, SignatureV4>();
  return async ({ service, method, url, headers, body }) => {
    let signer = signers.get(service);
    if (signer === undefined) {
      signer = new SignatureV4({ service, region: options.region, credentials: options.credentials, sha256: NodeSha256, uriEscapePath: options.singleEncodedPath !== true });
      signers.set(service, signer);
    }
    const signed = await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port !== '' && { port: Number(url.port) }),
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...headers, host: url.host },
        ...(body !== undefined && { body }),
      },
      { signingDate: new Date(options.clock.now()) },
    );
    return signed.headers;
  };
}

type Data = string | ArrayBuffer | ArrayBufferView;

// The hash that the signer asks for, by node:crypto: HMAC when it is given a key.
class NodeSha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Uint8Array };

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: Data): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytes(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
