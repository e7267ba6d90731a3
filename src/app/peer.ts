// Whose certificate a TLS connection showed. Signed calls are judged by their head alone, so the TLS listener writes the answer into a
// header whose name is a secret of this process: nobody else can send it.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { header, type RequestHead } from '#wire/head.ts';

export type Peer =
  /** TLS without a certificate. */
  | { readonly kind: 'anonymous' }
  /** A certificate that is not ours, has run out, or is not valid yet. @see reason: OpenSSL's code */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'host'; readonly hostId: string; /** Upper-case hex. */ readonly serial: string };

export interface Peers {
  /** To be called for every request of a TLS listener, before anybody reads its head. */
  mark(request: IncomingMessage): void;
  /** Undefined: the request came over plain HTTP. */
  read(head: RequestHead): Peer | undefined;
}

export function createPeers(random: Random): Peers {
  const name = `x-longshore-peer-${hexId(random, 32)}`;
  const known = new WeakMap<Socket, string>();
  return {
    mark(request) {
      let text = known.get(request.socket);
      if (text === undefined) known.set(request.socket, (text = JSON.stringify(peerOf(request.socket) ?? { kind: 'anonymous' })));
      request.rawHeaders.push(name, text);
    },
    read(head) {
      const text = header(head, name);
      return text === undefined ? undefined : (JSON.parse(text) as Peer);
    },
  };
}

/** Undefined for a plain connection. */
export function peerOf(socket: Socket): Peer | undefined {
  const tls = socket as Partial<TLSSocket>;
  if (tls.encrypted !== true || tls.getPeerCertificate === undefined) return undefined;
  const certificate = tls.getPeerCertificate();
  const hostId: unknown = certificate?.subject?.CN;
  if (typeof hostId !== 'string') return { kind: 'anonymous' };
  if (tls.authorized !== true) return { kind: 'refused', reason: String(tls.authorizationError) };
  return { kind: 'host', hostId, serial: certificate.serialNumber };
}
