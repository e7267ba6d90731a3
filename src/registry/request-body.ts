// Taking request bodies: streamed to an upload in large batches, or whole when they are small by nature.
import type { IncomingMessage } from 'node:http';
import { OciError } from './oci-error.ts';
import type { Upload } from './upload-store.ts';

const BATCH_BYTES = 1024 * 1024;

/**
 * Appends the body to the upload: one batch is written while the next arrives, so a slow disk slows the sender down.
 * What arrived before a connection broke is kept; then the break is thrown. Resolves to the bytes taken.
 */
export async function pourBody(req: IncomingMessage, upload: Upload): Promise<number> {
  let batch: Uint8Array<ArrayBuffer>[] = [];
  let batchBytes = 0;
  let total = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (batch.length === 0) return;
    writing = upload.write(batch);
    // Awaited by the next flush; until then its rejection is nobody's.
    writing.catch(() => undefined);
    batch = [];
    batchBytes = 0;
  };
  try {
    for await (const chunk of chunksOf(req)) {
      batch.push(ownMemory(chunk));
      batchBytes += chunk.byteLength;
      total += chunk.byteLength;
      if (batchBytes >= BATCH_BYTES) await flush();
    }
  } finally {
    await flush();
    await writing;
  }
  return total;
}

/** The whole body. Throws MANIFEST_INVALID (413) when it is longer than `maxBytes`. */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of chunksOf(req)) {
    total += chunk.byteLength;
    if (total > maxBytes) throw new OciError('MANIFEST_INVALID', `manifest is longer than ${maxBytes} bytes`, { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

/** The body's chunks. Leaving the loop early must not cut the connection: the client is still to hear why. */
function chunksOf(req: IncomingMessage): AsyncIterable<Buffer> {
  return req.iterator({ destroyOnReturn: false });
}

/** Memory that can be handed to another thread: the chunk's own, unless it shares a pool's. */
function ownMemory(chunk: Buffer): Uint8Array<ArrayBuffer> {
  const shared = chunk.byteLength !== chunk.buffer.byteLength;
  return shared || !(chunk.buffer instanceof ArrayBuffer) ? new Uint8Array(chunk) : new Uint8Array(chunk.buffer);
}
