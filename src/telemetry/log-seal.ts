// Turns a file of frames into a sealed segment: blocks of one stream lie together, small ones are merged into big ones,
// what is no longer wanted is left out, and an index of the blocks stands at the end.
import { closeSync, fdatasyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { decodeBlock, mergeEvents, rawEvents, type RawEvent } from './log-block.ts';
import { encodeFrame, frameHeadBytes, framePayload, readFrameHead, writeFrameHead, type FrameHead } from './log-frame.ts';
import { readFrame, syncFolder, type Block } from './log-file.ts';

/** Blocks below this size are merged with their neighbours. */
const smallBytes = 128 * 1024;
/** A merged block is closed at about this size, uncompressed. */
const targetBytes = 256 * 1024;
const trailerBytes = 24;
const trailerMagic = Buffer.from('LSLOGSEG');

export interface Placed {
  readonly head: FrameHead;
  readonly offset: number;
}

export interface SealHooks {
  readonly pause: () => Promise<void> | undefined;
  readonly damaged: (block: Block, error: unknown) => void;
}

/** Writes a segment with these blocks under `path`, durable and complete or not there at all. */
export async function sealSegment(path: string, blocks: readonly Block[], hooks: SealHooks): Promise<{ placed: Placed[]; size: number }> {
  const temporary = `${path}.tmp`;
  const fd = openSync(temporary, 'w');
  try {
    const out = new SegmentOutput(fd);
    for (const stream of byStream(blocks)) await writeStream(out, stream, hooks);
    const size = out.finish();
    fdatasyncSync(fd);
    renameSync(temporary, path);
    syncFolder(path);
    return { placed: out.placed, size };
  } finally {
    closeSync(fd);
  }
}

class SegmentOutput {
  readonly placed: Placed[] = [];
  readonly #fd: number;
  #size = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  frame(head: FrameHead, buffers: readonly Uint8Array[]): void {
    this.placed.push({ head, offset: this.#size });
    for (const buffer of buffers) this.#write(buffer);
  }

  /** Writes the index; gives the size of the file. */
  finish(): number {
    const entryBytes = frameHeadBytes + 8;
    const index = Buffer.alloc(this.placed.length * entryBytes);
    this.placed.forEach(({ head, offset }, i) => {
      writeFrameHead(head, index.subarray(i * entryBytes));
      index.writeDoubleLE(offset, i * entryBytes + frameHeadBytes);
    });
    const trailer = Buffer.alloc(trailerBytes);
    trailer.writeUInt32LE(crc32(index), 0);
    trailer.writeUInt32LE(this.placed.length, 4);
    trailer.writeDoubleLE(this.#size, 8);
    trailerMagic.copy(trailer, 16);
    this.#write(index);
    this.#write(trailer);
    return this.#size;
  }

  #write(buffer: Uint8Array): void {
    let done = 0;
    while (done < buffer.length) done += writeSync(this.#fd, buffer, done);
    this.#size += buffer.length;
  }
}

function byStream(blocks: readonly Block[]): Block[][] {
  const streams = Map.groupBy(blocks, (block) => `${block.groupId}/${block.streamId}`);
  return [...streams.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list.sort((a, b) => a.minTimestamp - b.minTimestamp || a.minSeq - b.minSeq));
}

async function writeStream(out: SegmentOutput, blocks: readonly Block[], hooks: SealHooks): Promise<void> {
  let small: RawEvent[] = [];
  let smallSize = 0;
  const flush = (): void => {
    const first = blocks[0]!;
    if (small.length > 0) writeMerged(out, first.groupId, first.streamId, small);
    small = [];
    smallSize = 0;
  };
  for (const block of blocks) {
    try {
      const bytes = readFrame(block);
      const payload = framePayload(bytes, block);
      if (block.rawBytes >= smallBytes) {
        out.frame(block, [bytes]);
      } else {
        small.push(...rawEvents(decodeBlock(block, payload)));
        smallSize += block.rawBytes;
      }
    } catch (error) {
      hooks.damaged(block, error);
    }
    if (smallSize >= targetBytes) flush();
    await hooks.pause();
  }
  flush();
}

function writeMerged(out: SegmentOutput, groupId: string, streamId: string, events: RawEvent[]): void {
  events.sort((a, b) => a.timestamp - b.timestamp || a.seq - b.seq);
  const { head, payload } = mergeEvents(groupId, streamId, events);
  const frame = encodeFrame(head, payload);
  out.frame(frame.head, frame.buffers);
}

/** The index at the end of a segment; undefined when it is damaged (the frames can then be scanned). */
export function readSegmentIndex(fd: number, size: number): Placed[] | undefined {
  if (size < trailerBytes) return undefined;
  const trailer = readAt(fd, size - trailerBytes, trailerBytes);
  if (!trailer.subarray(16).equals(trailerMagic)) return undefined;
  const count = trailer.readUInt32LE(4);
  const entryBytes = frameHeadBytes + 8;
  const start = trailer.readDoubleLE(8);
  if (start + count * entryBytes + trailerBytes !== size) return undefined;
  const index = readAt(fd, start, count * entryBytes);
  if (crc32(index) !== trailer.readUInt32LE(0)) return undefined;
  const placed: Placed[] = [];
  for (let i = 0; i < count; i++) {
    const head = readFrameHead(index, i * entryBytes);
    if (!head) return undefined;
    placed.push({ head, offset: index.readDoubleLE(i * entryBytes + frameHeadBytes) });
  }
  return placed;
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let have = 0;
  while (have < length) {
    const read = readSync(fd, bytes, have, length - have, position + have);
    if (read === 0) break;
    have += read;
  }
  return bytes;
}
