// A thread that hashes and writes uploads, so that the control plane's event loop does neither.
import { createHash, type Hash } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { fileExists, publishFile } from './durable-file.ts';
import type { ByteMessage, ByteReply, ByteRequest } from './byte-protocol.ts';

interface OpenUpload {
  readonly file: FileHandle;
  readonly hash: Hash;
  sizeBytes: number;
}

const REHASH_BYTES = 1024 * 1024;
const uploads = new Map<string, OpenUpload>();

async function answer(request: ByteRequest): Promise<ByteReply> {
  switch (request.op) {
    case 'open':
      return { sizeBytes: (await openUpload(request.path)).sizeBytes };
    case 'write':
      return append(await openUpload(request.path), request.chunks);
    case 'finish':
      return finish(request.path, request.sha256, request.target);
    case 'release':
      return { sizeBytes: await release(request.path) };
    case 'discard': {
      const sizeBytes = await release(request.path);
      if (await fileExists(request.path)) await unlink(request.path);
      return { sizeBytes };
    }
  }
}

async function openUpload(path: string): Promise<OpenUpload> {
  const known = uploads.get(path);
  if (known !== undefined) return known;
  const file = await open(path, 'a+');
  const upload: OpenUpload = { file, hash: createHash('sha256'), sizeBytes: 0 };
  const buffer = Buffer.allocUnsafeSlow(REHASH_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, REHASH_BYTES, upload.sizeBytes);
    if (bytesRead === 0) break;
    upload.hash.update(buffer.subarray(0, bytesRead));
    upload.sizeBytes += bytesRead;
  }
  uploads.set(path, upload);
  return upload;
}

async function append(upload: OpenUpload, chunks: readonly Uint8Array[]): Promise<ByteReply> {
  // The write is under way in the thread pool while this thread hashes.
  const writing = writeAll(upload.file, chunks);
  for (const chunk of chunks) upload.hash.update(chunk);
  upload.sizeBytes += await writing;
  return { sizeBytes: upload.sizeBytes };
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<number> {
  const wanted = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const { bytesWritten } = await file.writev([...chunks]);
  if (bytesWritten === wanted) return wanted;
  // A short write (disk nearly full): one by one, so that the error comes out.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  await file.writeFile(rest);
  return wanted;
}

async function finish(path: string, sha256: string, target: string): Promise<ByteReply> {
  const upload = await openUpload(path);
  const { sizeBytes } = upload;
  const matched = upload.hash.digest('hex') === sha256;
  // Contents that are there already are durable already.
  if (matched && !(await fileExists(target))) await upload.file.datasync();
  await release(path);
  if (matched) await publishFile(path, target);
  else await unlink(path);
  return { sizeBytes, matched };
}

async function release(path: string): Promise<number> {
  const upload = uploads.get(path);
  uploads.delete(path);
  await upload?.file.close();
  return upload?.sizeBytes ?? 0;
}

parentPort?.on('message', ({ id, request }: { id: number; request: ByteRequest }) => {
  answer(request).then(
    (reply) => parentPort?.postMessage({ id, reply } satisfies ByteMessage),
    async (error: NodeJS.ErrnoException) => {
      // What was hashed and what was written may differ now: the next request starts from the file.
      await release(request.path).catch(() => undefined);
      const { message, code } = error;
      parentPort?.postMessage({ id, error: { message, ...(code !== undefined && { code }) } } satisfies ByteMessage);
    },
  );
});
