// What the handlers of S3 need besides the state: the bytes of objects, which are files, and the order of keys.
import type { BodySource, Payload } from '#wire/payload.ts';
import type { AwsCall } from '#wire/call.ts';
import type { ObjectSegment } from '#model/object.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import { openKeyOrder, type KeyOrder } from './key-order.ts';

/** Digests that the bytes' keeper can make. */
export type DigestAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256' | 'SHA512' | 'MD5';

export interface ReceivedBytes extends ObjectSegment {
  /** Base64. */
  readonly digests: Readonly<Partial<Record<DigestAlgorithm, string>>>;
  readonly trailers: Readonly<Record<string, string>>;
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/** The files of objects; the real one is objects/object-files.ts. */
export interface ObjectBytes {
  /** Rejects with a `code` of S3's for a body that is none. */
  receive(stream: Payload['stream'], options: { digests: readonly DigestAlgorithm[]; chunked: boolean; signing?: Payload['chunkSigning'] | undefined; maxBytes: number }): Promise<ReceivedBytes>;
  duplicate(segments: readonly ObjectSegment[]): Promise<ObjectSegment[]>;
  read(segments: readonly ObjectSegment[], first: number, last: number, status?: number): BodySource;
  /** Nothing may name the files any more, durably. */
  remove(files: readonly string[]): void;
}

export interface S3Deps extends ApiDeps {
  readonly bytes: ObjectBytes;
}

export interface S3Context extends ApiContext {
  readonly bytes: ObjectBytes;
  readonly keys: KeyOrder;
}

/** Makes the contexts of one process. */
export function s3Contexts(deps: S3Deps): (call: AwsCall) => S3Context {
  const keys = openKeyOrder(deps.store);
  return (call) => ({ ...apiContext(deps, call), bytes: deps.bytes, keys });
}

/** Removes files of rows that are gone, once that is durable: a crash before leaves garbage, never a row without its bytes. */
export function removeLater({ store, bytes, log }: S3Context, segments: readonly ObjectSegment[]): void {
  if (segments.length === 0) return;
  store.durable().then(
    () => bytes.remove(segments.map(({ file }) => file)),
    (error: unknown) => log.warn('files of objects stay until the next sweep', { error: String(error) }),
  );
}
