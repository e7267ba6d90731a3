// A finished reply, and how it gets onto the socket.
import type { ServerResponse } from 'node:http';
import { isBodySource, type BodySource } from './payload.ts';

export interface Reply {
  readonly status: number;
  /** Names and values alternating, without Content-Length. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | BodySource;
  /** What Content-Length is to say when it is not the body's length: of an answer to HEAD. */
  readonly contentLength?: number | undefined;
}

/** Writes the whole reply in one go; does nothing when the client has gone. Returns the body's bytes. */
export function sendReply(response: ServerResponse, reply: Reply): number {
  const { body } = reply;
  if (isBodySource(body)) return sendSource(response, reply, body);
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (response.destroyed || response.headersSent) return length;
  response.writeHead(reply.status, [...reply.headers, 'Content-Length', String(reply.contentLength ?? length)]);
  // As many bytes as characters: plain ASCII, which goes out in one write with the head without being measured again.
  if (typeof body === 'string' && length === body.length) response.end(body, 'latin1');
  else response.end(body);
  return length;
}

function sendSource(response: ServerResponse, { status, headers }: Reply, source: BodySource): number {
  if (response.destroyed || response.headersSent || response.req.method === 'HEAD') {
    source.close();
    if (!response.destroyed && !response.headersSent) response.writeHead(status, [...headers, 'Content-Length', String(source.sizeBytes)]).end();
    return 0;
  }
  response.writeHead(status, [...headers, 'Content-Length', String(source.sizeBytes)]);
  // Half a body must not look like a whole one.
  source.send(response).catch(() => response.destroy());
  return source.sizeBytes;
}
