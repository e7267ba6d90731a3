// The client half of the SDK without a client: any protocol class, any operation schema, signed and sent to a port.
import { operation as operationSchema } from '@smithy/core/schema';
import { HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { OperationSchema } from '#wire/service.ts';
import { credentials } from './support.ts';

/** The methods of an SDK protocol that these tests use. */
export interface SdkProtocol {
  serializeRequest(operation: unknown, input: unknown, context: unknown): Promise<any>;
  deserializeResponse(operation: unknown, context: unknown, response: unknown): Promise<any>;
  setSerdeContext?(context: unknown): void;
}

export interface SdkCall {
  readonly protocol: SdkProtocol;
  readonly port: number;
  /** In the credential scope. */
  readonly signingName: string;
  /** The service's shape name, for RPC v2 paths. */
  readonly serviceName?: string;
  readonly schema: OperationSchema;
  readonly input: unknown;
}

/** Sends one call as the SDK would; returns its output without $metadata, or throws the SDK's exception. */
export async function sdkCall(call: SdkCall): Promise<Record<string, unknown>> {
  const [, namespace, name, traits, input, output] = call.schema as any;
  const operation = operationSchema(namespace, name, traits, input, output);
  const context = sdkContext(call.port, call.serviceName ?? '', name);
  call.protocol.setSerdeContext?.(context);
  const request = await call.protocol.serializeRequest(operation, call.input, context);
  const signed: any = await signer(call.signingName).sign({ ...request, headers: { host: `127.0.0.1:${call.port}`, ...request.headers } });
  const response = await send({ ...(signed as object), port: call.port });
  const result = await call.protocol.deserializeResponse(operation, context, response);
  const { $metadata: _, ...rest } = result;
  return rest;
}

function sdkContext(port: number, service: string, operation: string): unknown {
  return {
    endpoint: async () => ({ protocol: 'http:', hostname: '127.0.0.1', port, path: '/' }),
    __smithy_context: { service, operation },
    streamCollector: async (stream: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(stream)),
    utf8Encoder: (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8'),
    utf8Decoder: (text: string) => Buffer.from(text, 'utf8'),
    base64Encoder: (bytes: Uint8Array | string) => Buffer.from(bytes as string).toString('base64'),
    base64Decoder: (text: string) => Buffer.from(text, 'base64'),
  };
}

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

/** The SDK's signer for the test key. */
export function signer(service: string): SignatureV4 {
  return new SignatureV4({ service, region: 'us-east-1', sha256: Sha256 as never, credentials });
}

/** Sends a signed request as the SDK describes it. */
export function send(request: any): Promise<HttpResponse> {
  const query = Object.entries(request.query ?? {}).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((item) => `${encode(key)}=${encode(String(item ?? ''))}`),
  );
  const path = query.length === 0 ? request.path : `${request.path}?${query.join('&')}`;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port: request.port, method: request.method, path, headers: request.headers }, (incoming: IncomingMessage) => {
      resolve(new HttpResponse({ statusCode: incoming.statusCode as number, headers: incoming.headers as Record<string, string>, body: incoming }));
    });
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
