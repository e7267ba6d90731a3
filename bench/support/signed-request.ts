// Prepared requests for the load generator: signed with the SDK's signer, written out as HTTP/1.1 bytes.
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';

export interface RequestToSign {
  readonly port: number;
  /** In the credential scope: `ecs`. */
  readonly service: string;
  /** Default us-east-1. */
  readonly region?: string;
  /** X-Amz-Target of an awsJson call: `AmazonEC2ContainerServiceV20141113.ListClusters`. */
  readonly target: string;
  /** The input; written as JSON. */
  readonly input: unknown;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An awsJson 1.1 call as bytes, signed now. */
export async function signedJsonRequest(call: RequestToSign): Promise<Uint8Array> {
  const body = JSON.stringify(call.input);
  const signer = new SignatureV4({
    service: call.service,
    region: call.region ?? 'us-east-1',
    sha256: Sha256 as never,
    credentials: { accessKeyId: call.accessKeyId, secretAccessKey: call.secretAccessKey },
  });
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: '/',
    query: {},
    headers: {
      host: `127.0.0.1:${call.port}`,
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': call.target,
      // As the AWS SDK for JavaScript sends them.
      'x-amz-user-agent': 'aws-sdk-js/3.0.0',
      'amz-sdk-invocation-id': '5f6a1c9e-0b1d-4a3e-9d9b-2f1a6a3f5e11',
      'amz-sdk-request': 'attempt=1; max=3',
      'user-agent': 'aws-sdk-js/3.0.0 ua/2.1 os/linux lang/js md/nodejs#26.10.0 api/ecs#3.0.0',
    },
    body,
  });
  const head = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${body}`, 'utf8');
}

/** What the SDK's signer wants of a hash. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}
