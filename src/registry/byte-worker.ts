// A thread that hashes and writes uploads, so that the control plane's event loop does neither. Its calls are synchronous:
// the thread is there to wait, and the process's own pool of I/O threads stays free for reads.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { LaneMessage } from '#base/system/worker-lanes.ts';
import { writeAll } from '#base/system/write-all.ts';
import { fileExists, publishFile } from './durable-file.ts';
import type { ByteReply, ByteRequest } from './byte-protocol.ts';

interface OpenUpload {
  readonly fd: number;
  readonly hash: Hash;
  sizeBytes: number;
}

const NICENESS = 10;
const REHASH_BYTES = 1024 * 1024;
const uploads = new Map<string, OpenUpload>();

function answer(request: ByteRequest): ByteReply {
  switch (request.op) {
    case 'open':
      return { sizeBytes: openUpload(request.path).sizeBytes };
    case 'write':
      return append(openUpload(request.path), request.chunks);
    case 'finish':
      return finish(request.path, request.sha256, request.target);
    case 'store':
      return store(request.path, request.bytes, request.target);
    case 'release':
      return { sizeBytes: release(request.path) };
    case 'discard': {
      const sizeBytes = release(request.path);
      rmSync(request.path, { force: true });
      return { sizeBytes };
    }
  }
}

function openUpload(path: string): OpenUpload {
  const known = uploads.get(path);
  if (known !== undefined) return known;
  const upload: OpenUpload = { fd: openSync(path, 'a+'), hash: createHash('sha256'), sizeBytes: 0 };
  uploads.set(path, upload);
  const buffer = Buffer.allocUnsafeSlow(REHASH_BYTES);
  for (;;) {
    const count = readSync(upload.fd, buffer, 0, REHASH_BYTES, upload.sizeBytes);
    if (count === 0) return upload;
    upload.hash.update(buffer.subarray(0, count));
    upload.sizeBytes += count;
  }
}

function append(upload: OpenUpload, chunks: readonly Uint8Array[]): ByteReply {
  writeAll(upload.fd, chunks);
  for (const chunk of chunks) {
    upload.hash.update(chunk);
    upload.sizeBytes += chunk.byteLength;
    // Frees the memory now: the collector of a thread that makes no garbage of its own comes late.
    (chunk.buffer as ArrayBuffer).transfer(0);
  }
  return { sizeBytes: upload.sizeBytes };
}

function finish(path: string, sha256: string, target: string): ByteReply {
  const upload = openUpload(path);
  const { sizeBytes } = upload;
  const matched = upload.hash.digest('hex') === sha256;
  // Contents that are there already are durable already.
  if (matched && !fileExists(target)) fdatasyncSync(upload.fd);
  release(path);
  if (matched) publishFile(path, target);
  else rmSync(path);
  return { sizeBytes, matched };
}

function store(path: string, bytes: Uint8Array, target: string): ByteReply {
  if (!fileExists(target)) {
    writeFileSync(path, bytes, { flush: true });
    publishFile(path, target);
  }
  return { sizeBytes: bytes.byteLength };
}

function release(path: string): number {
  const upload = uploads.get(path);
  uploads.delete(path);
  if (upload !== undefined) closeSync(upload.fd);
  return upload?.sizeBytes ?? 0;
}

function failure(path: string, error: NodeJS.ErrnoException): LaneMessage<ByteReply> & { error: unknown } {
  // What was hashed and what was written may differ now: the next request starts from the file.
  try {
    release(path);
  } catch {
    // The first error is the one to tell.
  }
  const { message, code } = error;
  return { id: 0, error: { message, ...(code !== undefined && { code }) } };
}

// On Linux this is the thread's own priority: where cores are short, API calls come before bytes.
setPriority(NICENESS);

parentPort?.on('message', ({ id, request }: { id: number; request: ByteRequest }) => {
  let message: LaneMessage<ByteReply>;
  try {
    message = { id, reply: answer(request) };
  } catch (error) {
    message = { ...failure(request.path, error as NodeJS.ErrnoException), id };
  }
  parentPort?.postMessage(message);
});
