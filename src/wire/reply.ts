// A finished reply, and how it gets onto the socket.
import type { ServerResponse } from 'node:http';

export interface Reply {
  readonly status: number;
  /** Names and values alternating, without Content-Length. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
}

/** Writes the whole reply in one go; does nothing when the client has gone. Returns the body's bytes. */
export function sendReply(response: ServerResponse, reply: Reply): number {
  const { body } = reply;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (response.destroyed || response.headersSent) return length;
  response.writeHead(reply.status, [...reply.headers, 'Content-Length', String(length)]);
  // As many bytes as characters: plain ASCII, which goes out in one write with the head without being measured again.
  if (typeof body === 'string' && length === body.length) response.end(body, 'latin1');
  else response.end(body);
  return length;
}
