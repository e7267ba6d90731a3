// Channels over websockets, both ends: accepting an upgrade that was already authenticated, and connecting with a
// signed one.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { ConnectRefused } from './agent-session.ts';
import type { Channel, Connect } from './channel.ts';
import { createSigner } from './signer.ts';
import type { SignerOptions } from './signer.ts';
import { tlsOptions, type CurrentTls } from './tls-client.ts';

/** A payload of many tasks is large, but not that large. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** For the other side's answer to a close; then the socket is simply ended, so that no process waits for a dead peer. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface WebSocketAcceptor {
  /** Completes the handshake; the caller has verified the signature. Never calls back when the handshake fails. */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer, onChannel: (channel: Channel) => void): void;
}

/** Where agents' upgrades become channels. */
export function openWebSocketAcceptor(): WebSocketAcceptor {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  return {
    accept(req, socket, head, onChannel) {
      server.handleUpgrade(req, socket, head, (ws) => onChannel(channelOf(ws)));
    },
  };
}

/**
 * Refuses an upgrade with an HTTP error whose body is a frame, as Amazon's agent reads it.
 * @param type an AWS error code, or `InactiveInstanceException` for a deregistered host (the agent then waits an hour)
 */
export function refuseUpgrade(socket: Duplex, httpStatus: number, type: string, message: string): void {
  const body = JSON.stringify({ type, message: { message } });
  socket.end(
    `HTTP/1.1 ${httpStatus} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Whose signature, and over TLS how the other side is known. */
export interface SignedSocketOptions extends SignerOptions {
  readonly tls?: CurrentTls;
}

/** A `Connect` with SigV4 headers on the upgrade (service `ecs`). Rejects with ConnectRefused when the other side answered no. */
export function webSocketConnect(options: SignedSocketOptions): Connect {
  return openSigned(options, MAX_FRAME_BYTES, channelOf);
}

/** The same for any kind of channel. `take` is called in the turn in which the socket opens: its first frame may come in the next moment. */
export function openSigned<T>(options: SignedSocketOptions, maxPayload: number, take: (ws: WebSocket) => T): (url: string, query: Readonly<Record<string, string>>) => Promise<T> {
  const sign = createSigner(options);
  return async (url, query) => {
    const full = new URL(url);
    for (const [name, value] of Object.entries(query)) full.searchParams.set(name, value);
    // A space as %20: in a signature a plus is a plus.
    full.search = full.search.replaceAll('+', '%20');
    // A signature is over http(s); only the scheme differs.
    const signedUrl = new URL(full.href.replace(/^ws/, 'http'));
    const headers = await sign({ service: 'ecs', method: 'GET', url: signedUrl, headers: {} });
    return openWebSocket(full, headers, maxPayload, take, options.tls);
  };
}

function openWebSocket<T>(url: URL, headers: Record<string, string>, maxPayload: number, take: (ws: WebSocket) => T, tls?: CurrentTls): Promise<T> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { headers, maxPayload, perMessageDeflate: false, handshakeTimeout: 10_000, ...(tls !== undefined && tlsOptions(tls())) });
    ws.once('open', () => {
      ws.off('error', reject);
      resolve(take(ws));
    });
    ws.once('error', reject);
    ws.once('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => reject(refusal(response.statusCode ?? 0, body)));
    });
  });
}

function refusal(httpStatus: number, body: string): ConnectRefused {
  try {
    const frame = JSON.parse(body) as { type?: string; __type?: string; message?: { message?: string } | string };
    const text = typeof frame.message === 'string' ? frame.message : frame.message?.message;
    return new ConnectRefused(frame.type ?? frame.__type ?? 'Refused', text ?? body, httpStatus);
  } catch {
    return new ConnectRefused('Refused', body || `HTTP ${httpStatus}`, httpStatus);
  }
}

// Frames that come before the owner has set onMessage wait for it: nothing is lost between handshake and owner.
function channelOf(ws: WebSocket): Channel {
  let onMessage: ((text: string) => void) | undefined;
  let early: string[] = [];
  let ended: readonly [number, string] | undefined;
  let onClose: ((code: number, reason: string) => void) | undefined;

  ws.on('message', (data: Buffer) => {
    const text = data.toString('utf8');
    if (onMessage === undefined) early.push(text);
    else onMessage(text);
  });
  // An error is always followed by close, which is what counts.
  ws.on('error', () => {});
  ws.on('close', (code, reason) => {
    ended = [code, reason.toString('utf8')];
    onClose?.(...ended);
  });

  return {
    send(text) {
      if (ws.readyState === WebSocket.OPEN) ws.send(text);
    },
    close(code = 1000, reason = '') {
      if (ws.readyState === WebSocket.CLOSING || ws.readyState === WebSocket.CLOSED) return;
      ws.close(code, reason.slice(0, 120));
      const timer = setTimeout(() => ws.terminate(), CLOSE_TIMEOUT_MS);
      timer.unref();
      ws.once('close', () => clearTimeout(timer));
    },
    get onMessage() {
      return onMessage ?? (() => {});
    },
    set onMessage(handler) {
      onMessage = handler;
      const waiting = early;
      early = [];
      for (const text of waiting) handler(text);
    },
    get onClose() {
      return onClose ?? (() => {});
    },
    set onClose(handler) {
      onClose = handler;
      if (ended !== undefined) handler(...ended);
    },
  };
}
