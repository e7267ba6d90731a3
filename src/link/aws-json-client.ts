// One signed AWS JSON 1.1 call over kept-alive HTTP: all the agent needs of an AWS client.
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AgentApiError } from './agent-api.ts';
import { createSigner } from './signer.ts';
import type { SignerOptions } from './signer.ts';
import { tlsOptions, type CurrentTls } from './tls-client.ts';

export interface AwsJsonClientOptions extends SignerOptions {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly userAgent: string;
  /** Signed with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What this host shows and whom it believes; absent over plain HTTP. */
  readonly tls?: CurrentTls;
  /** Default 30 s. */
  readonly timeoutMs?: number;
}

export interface AwsJsonClient {
  /**
   * @param target `AmazonEC2ContainerServiceV20141113.RegisterContainerInstance`
   * @param service signing name: `ecs`, `logs`, `ecr`
   * Rejects with AgentApiError when the service answered an error, with any other error when it could not be reached.
   */
  callAwsJson(target: string, body: unknown, service: string): Promise<Record<string, unknown>>;
  /** Closes idle connections. */
  close(): void;
}

const MAX_SOCKETS = 16;

export function openAwsJsonClient(options: AwsJsonClientOptions): AwsJsonClient {
  const sign = createSigner(options);
  const url = new URL(options.endpoint);
  url.pathname = '/';
  const secure = url.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }) : new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  const send = (headers: Record<string, string>, body: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, timeout: options.timeoutMs ?? 30_000, ...(options.tls !== undefined && tlsOptions(options.tls())) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
        },
      );
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.end(body);
    });

  return {
    async callAwsJson(target, input, service) {
      const body = JSON.stringify(input);
      const headers = await sign({
        service,
        method: 'POST',
        url,
        headers: { ...options.headers, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, 'user-agent': options.userAgent },
        body,
      });
      const { status, text } = await send(headers, body);
      const answer = parse(text);
      if (status >= 200 && status < 300) return answer;
      throw errorOf(answer, status, text);
    },
    close: () => agent.destroy(),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `{"__type":"namespace#Code","message":"…"}` */
function errorOf(answer: Record<string, unknown>, status: number, text: string): AgentApiError {
  const type = String(answer['__type'] ?? answer['code'] ?? `HTTP${status}`);
  const message = String(answer['message'] ?? answer['Message'] ?? text);
  return new AgentApiError(type.slice(type.lastIndexOf('#') + 1), message, status);
}
