// One file of the log store: an open descriptor that stays until the last reader of it is done.
import { closeSync, fsyncSync, openSync, readSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { frameHeadBytes, type FrameHead } from './log-frame.ts';
import { decodeBlock, type DecodedBlock } from './log-block.ts';
import { framePayload } from './log-frame.ts';

/** A block and where it lies. */
export interface Block extends FrameHead {
  readonly file: LogFile;
  readonly offset: number;
}

export class LogFile {
  /** Rises with age of creation; the write-ahead file and the segment made of it share it. */
  readonly number: number;
  readonly path: string;
  readonly sealed: boolean;
  readonly fd: number;
  size: number;
  /** Bytes of frames that the index still knows. */
  liveBytes = 0;
  /** Of a segment: bytes of all its frames. */
  frameBytes = 0;
  #users = 1;

  constructor(number: number, path: string, sealed: boolean, flags: string, size: number) {
    this.number = number;
    this.path = path;
    this.sealed = sealed;
    this.fd = openSync(path, flags);
    this.size = size;
  }

  retain(): void {
    this.#users++;
  }

  release(): void {
    if (--this.#users === 0) closeSync(this.fd);
  }

  /** Removes the name; the bytes go with the last user. */
  remove(): void {
    unlinkSync(this.path);
    this.release();
  }
}

/** Bytes of the frame, head included. */
export function frameBytes(block: FrameHead): number {
  return frameHeadBytes + block.payloadBytes;
}

/** The frame as it lies on disk. */
export function readFrame(block: Block): Buffer {
  const bytes = Buffer.allocUnsafe(frameBytes(block));
  let have = 0;
  while (have < bytes.length) {
    const read = readSync(block.file.fd, bytes, have, bytes.length - have, block.offset + have);
    if (read === 0) throw new RangeError(`log frame at ${block.offset} of ${block.file.path} is cut short`);
    have += read;
  }
  return bytes;
}

/** The uncompressed payload. Throws RangeError when the disk gives back something else than was written. */
export function readPayload(block: Block): Buffer {
  return framePayload(readFrame(block), block);
}

export function readBlock(block: Block): DecodedBlock {
  return decodeBlock(block, readPayload(block));
}

/** Makes creations, renames and removals in the folder of `path` durable. */
export function syncFolder(path: string): void {
  const fd = openSync(dirname(path), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
