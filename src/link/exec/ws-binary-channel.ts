// Binary channels over websockets: accepting an upgrade, and connecting.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { openSigned, type SignedSocketOptions } from '../ws-channel.ts';
import { MAX_FRAME_BYTES } from './agent-message.ts';
import type { BinaryChannel, BinaryConnect } from './binary-channel.ts';

/** Of a close that was ours because of what the peer sent. */
export const PROTOCOL_ERROR = 1002;
const CLOSE_TIMEOUT_MS = 1_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface BinaryAcceptor {
  /** Completes the handshake. Never calls back when it fails. */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer, onChannel: (channel: BinaryChannel) => void): void;
}

/** A frame beyond MAX_FRAME_BYTES ends its connection before it is in memory. */
export function openBinaryAcceptor(): BinaryAcceptor {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  return {
    accept(req, socket, head, onChannel) {
      server.handleUpgrade(req, socket, head, (ws) => onChannel(binaryChannelOf(ws)));
    },
  };
}

/** With SigV4 headers on the upgrade (service `ecs`): an agent's. */
export function signedBinaryConnect(options: SignedSocketOptions): BinaryConnect {
  return openSigned(options, MAX_FRAME_BYTES, binaryChannelOf);
}

/** Without a signature: a client's, whose first frame is its token. */
export function connectBinary(url: string): Promise<BinaryChannel> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
    ws.once('open', () => {
      ws.off('error', reject);
      resolve(binaryChannelOf(ws));
    });
    ws.once('error', reject);
  });
}

function binaryChannelOf(ws: WebSocket): BinaryChannel {
  let onMessage: BinaryChannel['onMessage'] | undefined;
  let early: (readonly [Buffer, boolean])[] = [];
  let ended: readonly [number, string] | undefined;
  let onClose: BinaryChannel['onClose'] | undefined;

  ws.on('message', (data: Buffer, isBinary: boolean) => {
    if (onMessage === undefined) early.push([data, !isBinary]);
    else onMessage(data, !isBinary);
  });
  // An error is always followed by close, which is what counts.
  let broken = false;
  ws.on('error', (error: NodeJS.ErrnoException) => (broken ||= error.code?.startsWith('WS_ERR_') === true));
  ws.on('close', (code, reason) => {
    ended = broken ? [PROTOCOL_ERROR, 'what came is no websocket frame, or too large'] : [code, reason.toString('utf8')];
    onClose?.(...ended);
  });

  const channel: BinaryChannel = {
    send(data) {
      if (ws.readyState === WebSocket.OPEN) ws.send(data, () => channel.onDrain());
    },
    get buffered() {
      return ws.bufferedAmount;
    },
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close(code = 1000, reason = '') {
      if (ws.readyState === WebSocket.CLOSED) return;
      // A paused socket would never see the peer's answer to the close.
      ws.resume();
      if (ws.readyState !== WebSocket.CLOSING) ws.close(code, reason.slice(0, 120));
      const timer = setTimeout(() => ws.terminate(), CLOSE_TIMEOUT_MS);
      timer.unref();
      ws.once('close', () => clearTimeout(timer));
    },
    onDrain: () => {},
    get onMessage() {
      return onMessage ?? (() => {});
    },
    set onMessage(handler) {
      onMessage = handler;
      const waiting = early;
      early = [];
      for (const [data, isText] of waiting) handler(data, isText);
    },
    get onClose() {
      return onClose ?? (() => {});
    },
    set onClose(handler) {
      onClose = handler;
      if (ended !== undefined) handler(...ended);
    },
  };
  return channel;
}
