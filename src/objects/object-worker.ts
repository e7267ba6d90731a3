// A thread that decodes, hashes and writes objects, so that the control plane's event loop does none of it. Its calls are synchronous: the
// thread is there to wait.
import { closeSync, fdatasyncSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { LaneMessage } from '#base/system/worker-lanes.ts';
import { writeAll } from '#base/system/write-all.ts';
import { createChunkedBody, type ChunkedBody } from './chunked-body.ts';
import { createDigests, type Digests } from './digests.ts';
import type { ObjectReply, ObjectRequest } from './object-protocol.ts';

interface OpenFile {
  readonly fd: number;
  readonly digests: Digests;
  readonly body: ChunkedBody | undefined;
  sizeBytes: number;
}

const NICENESS = 10;
const files = new Map<string, OpenFile>();

function answer(request: ObjectRequest): ObjectReply {
  switch (request.op) {
    case 'open':
      files.set(request.path, {
        fd: openSync(request.path, 'wx'),
        digests: createDigests(request.digests),
        body: request.chunked ? createChunkedBody(request.signing) : undefined,
        sizeBytes: 0,
      });
      return { sizeBytes: 0 };
    case 'write':
      return write(known(request.path), request.chunks);
    case 'seal': {
      const file = known(request.path);
      return { sizeBytes: file.sizeBytes, trailers: file.body?.finish() ?? {}, digests: file.digests.finish() };
    }
    case 'publish':
      return publish(request.path, request.target);
    case 'link':
      return link(request.links);
    case 'discard':
      close(request.path);
      rmSync(request.path, { force: true });
      return { sizeBytes: 0 };
  }
}

function known(path: string): OpenFile {
  const file = files.get(path);
  if (file === undefined) throw new Error(`${path} is not open`);
  return file;
}

function write(file: OpenFile, chunks: readonly Uint8Array[]): ObjectReply {
  const data = file.body === undefined ? chunks : chunks.flatMap((chunk) => file.body?.decode(chunk) ?? []);
  if (data.length > 0) writeAll(file.fd, data);
  for (const piece of data) {
    file.digests.update(piece);
    file.sizeBytes += piece.byteLength;
  }
  // Frees the memory now: the collector of a thread that makes little garbage comes late.
  for (const chunk of chunks) (chunk.buffer as ArrayBuffer).transfer(0);
  return { sizeBytes: file.sizeBytes };
}

function publish(path: string, target: string): ObjectReply {
  const { fd, sizeBytes } = known(path);
  fdatasyncSync(fd);
  close(path);
  renameSync(path, target);
  syncDirectory(dirname(target));
  return { sizeBytes };
}

function link(links: readonly { readonly from: string; readonly to: string }[]): ObjectReply {
  for (const { from, to } of links) linkSync(from, to);
  for (const directory of new Set(links.map(({ to }) => dirname(to)))) syncDirectory(directory);
  return { sizeBytes: 0 };
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function close(path: string): void {
  const file = files.get(path);
  files.delete(path);
  if (file !== undefined) closeSync(file.fd);
}

// On Linux this is the thread's own priority: where cores are short, API calls come before bytes.
setPriority(NICENESS);

parentPort?.on('message', ({ id, request }: { id: number; request: ObjectRequest }) => {
  let message: LaneMessage<ObjectReply>;
  try {
    message = { id, reply: answer(request) };
  } catch (error) {
    const { message: text, code } = error as NodeJS.ErrnoException;
    message = { id, error: { message: text, ...(code !== undefined && { code }) } };
  }
  parentPort?.postMessage(message);
});
