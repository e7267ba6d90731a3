// One signed GET of an object of S3: what the agent needs for environment files.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AgentApiError } from './agent-api.ts';
import { createSigner, type SignerOptions } from './signer.ts';
import { tlsOptions, type CurrentTls } from './tls-client.ts';

export interface ObjectReaderOptions extends SignerOptions {
  readonly endpoint: string;
  readonly userAgent: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: CurrentTls;
}

const TIMEOUT_MS = 30_000;

/** The object as text. Rejects with AgentApiError when S3 answered an error or the object is longer than `maxBytes`, otherwise when it could not be reached. */
export async function readObject(options: ObjectReaderOptions, bucket: string, key: string, maxBytes: number): Promise<string> {
  const sign = createSigner({ ...options, singleEncodedPath: true });
  const url = new URL(`/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, options.endpoint);
  const headers = await sign({ service: 's3', method: 'GET', url, headers: { ...options.headers, 'user-agent': options.userAgent } });
  const { status, text } = await get(url, headers, options, maxBytes);
  if (status >= 200 && status < 300) return text;
  const element = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  throw new AgentApiError(element('Code') ?? `HTTP${status}`, element('Message') ?? '', status);
}

function get(url: URL, headers: Record<string, string>, { tls }: ObjectReaderOptions, maxBytes: number): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method: 'GET', headers, timeout: TIMEOUT_MS, agent: false, ...(tls !== undefined && tlsOptions(tls())) }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) return void chunks.push(chunk);
        reject(new AgentApiError('EntityTooLarge', `the object is longer than ${maxBytes} bytes`, 400));
        response.destroy();
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.end();
  });
}
