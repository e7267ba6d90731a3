// One request under /v2/, with what every endpoint needs to answer it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '#base/logger.ts';
import type { Clock } from '#base/clock.ts';
import type { Repository } from '#model/repository.ts';
import type { Store } from '#store/store.ts';
import type { Authorize, Judge, RegistryPrincipal } from './access.ts';
import type { BlobStore } from './blob-store.ts';
import type { FileSender } from '#base/system/send-file.ts';
import type { Settled } from './settled.ts';
import type { UploadStore } from './upload-store.ts';

/** Shared by all requests. */
export interface RegistryState {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly uploads: UploadStore;
  readonly files: FileSender;
  readonly settled: Settled;
  readonly clock: Clock;
  readonly log: Logger;
  readonly authorize: Authorize;
  readonly judge: Judge | undefined;
  readonly tokenSecret: Uint8Array;
}

export interface Exchange {
  readonly state: RegistryState;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
  readonly principal: RegistryPrincipal;
}

/** An exchange about a repository that exists and that the principal may reach. */
export interface RepositoryExchange extends Exchange {
  readonly repository: Repository;
  /** The name as the client wrote it: answers and addresses repeat it. */
  readonly name: string;
}

/** Ends the exchange. A string or Buffer body gets its length; HEAD requests get the headers alone. */
export function reply(exchange: Pick<Exchange, 'req' | 'res'>, status: number, headers: Record<string, string | number> = {}, body: string | Buffer = ''): void {
  const { req, res } = exchange;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  // 204 has no length by definition.
  res.writeHead(status, status === 204 ? headers : { 'Content-Length': bytes.byteLength, ...headers });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Ends the exchange with a JSON document. */
export function replyJson(exchange: Pick<Exchange, 'req' | 'res'>, value: unknown, headers: Record<string, string | number> = {}, contentType = 'application/json'): void {
  reply(exchange, 200, { 'Content-Type': contentType, ...headers }, JSON.stringify(value));
}
