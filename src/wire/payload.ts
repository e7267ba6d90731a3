// The body of a request whose bytes the handler takes itself (S3), and of an answer that is sent piece by piece.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the signatures of aws-chunked pieces are checked with. */
export interface ChunkSigning {
  /** The derived signing key, 32 bytes. */
  readonly key: Uint8Array;
  /** Signature of the head: the first piece's predecessor. */
  readonly seed: string;
  readonly time: string;
  readonly scope: string;
}

export interface Payload {
  /** Nothing of it has been read. */
  readonly stream: IncomingMessage;
  /** What the signature says of the body: its SHA-256 in hex, UNSIGNED-PAYLOAD, or one of the STREAMING- forms. To be held by whoever reads it. */
  readonly declaredHash: string;
  /** Of the STREAMING-AWS4-HMAC-SHA256 forms; absent when signatures are not checked. */
  readonly chunkSigning?: ChunkSigning;
}

/** A body that is not in memory: the member of an output that the model calls a streaming blob. */
export interface BodySource {
  readonly sizeBytes: number;
  /** In place of the operation's own, for a part (206). */
  readonly status?: number;
  /** Ends the response. Rejects when it cannot go on; the connection is cut then. */
  send(response: ServerResponse): Promise<void>;
  /** In place of `send` when no body is wanted. */
  close(): void;
}

export function isBodySource(value: unknown): value is BodySource {
  return typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function';
}

const RAW_XML = Symbol('raw XML');

/** An output whose document the SDK's schema does not describe (s3:GetBucketLocation). */
export function rawXml(text: string): object {
  return { [RAW_XML]: text };
}

export function rawXmlOf(output: unknown): string | undefined {
  return typeof output === 'object' && output !== null ? (output as { [RAW_XML]?: string })[RAW_XML] : undefined;
}
