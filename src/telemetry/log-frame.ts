// How a block lies on disk: a fixed head, then the payload, plain or compressed; a checksum over both.
// The same frame is used in the write-ahead file and in sealed segments, so sealing may copy it as it is.
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type BlockHead } from './log-block.ts';

export const frameHeadBytes = 96;
/** First byte is above 0xF7, which no UTF-8 text has: a search for the next frame cannot stop inside plain text. */
const magic = Buffer.from([0xfb, 0x4c, 0x53, 0x31]);
const codecs = { plain: 0, zstd: 1 } as const;
/** Below this, compressing costs more than it saves. */
const compressFromBytes = 256;

export interface FrameHead extends BlockHead {
  readonly codec: number;
  readonly payloadBytes: number;
  readonly rawBytes: number;
}

/** [head, payload], to be written one after the other. Level 1 of zstd is faster than deflate's fastest and packs better. */
export function encodeFrame(head: BlockHead, raw: Uint8Array): { head: FrameHead; buffers: [Buffer, Uint8Array] } {
  const compressed = raw.length >= compressFromBytes ? zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }) : undefined;
  const useful = compressed !== undefined && compressed.length < raw.length;
  const payload = useful ? compressed : raw;
  const full: FrameHead = { ...head, codec: useful ? codecs.zstd : codecs.plain, payloadBytes: payload.length, rawBytes: raw.length };
  const bytes = Buffer.alloc(frameHeadBytes);
  writeFrameHead(full, bytes);
  bytes.writeUInt32LE(crc32(payload, crc32(bytes.subarray(8))), 4);
  return { head: full, buffers: [bytes, payload] };
}

/** Everything but the checksum, which covers what follows it. */
export function writeFrameHead(head: FrameHead, bytes: Buffer): void {
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(head.payloadBytes, 8);
  bytes.writeUInt32LE(head.rawBytes, 12);
  bytes.writeUInt8(head.codec, 16);
  bytes.writeUInt8(head.merged ? 1 : 0, 17);
  bytes.writeUInt32LE(head.count, 20);
  bytes.writeDoubleLE(head.minTimestamp, 24);
  bytes.writeDoubleLE(head.maxTimestamp, 32);
  bytes.writeDoubleLE(head.minSeq, 40);
  bytes.writeDoubleLE(head.maxSeq, 48);
  bytes.writeDoubleLE(head.ingestionTime, 56);
  bytes.write(head.groupId, 64, 8, 'hex');
  bytes.write(head.streamId, 72, 8, 'hex');
  bytes.writeDoubleLE(head.messageBytes, 80);
  bytes.writeUInt32LE(head.textOffset, 88);
}

/** The head at this position, or undefined where no frame begins. */
export function readFrameHead(bytes: Buffer, at: number): FrameHead | undefined {
  if (at + frameHeadBytes > bytes.length || magic.compare(bytes, at, at + 4) !== 0) return undefined;
  return {
    payloadBytes: bytes.readUInt32LE(at + 8),
    rawBytes: bytes.readUInt32LE(at + 12),
    codec: bytes.readUInt8(at + 16),
    merged: bytes.readUInt8(at + 17) === 1,
    count: bytes.readUInt32LE(at + 20),
    minTimestamp: bytes.readDoubleLE(at + 24),
    maxTimestamp: bytes.readDoubleLE(at + 32),
    minSeq: bytes.readDoubleLE(at + 40),
    maxSeq: bytes.readDoubleLE(at + 48),
    ingestionTime: bytes.readDoubleLE(at + 56),
    groupId: bytes.toString('hex', at + 64, at + 72),
    streamId: bytes.toString('hex', at + 72, at + 80),
    messageBytes: bytes.readDoubleLE(at + 80),
    textOffset: bytes.readUInt32LE(at + 88),
  };
}

/** True when a whole frame begins at `at` and its checksum is right. */
export function frameIsWhole(bytes: Buffer, at: number, head: FrameHead): boolean {
  const end = at + frameHeadBytes + head.payloadBytes;
  return end <= bytes.length && bytes.readUInt32LE(at + 4) === crc32(bytes.subarray(at + 8, end));
}

/** The uncompressed payload of a frame that lies at the start of `bytes`. Throws on a wrong checksum. */
export function framePayload(bytes: Buffer, head: FrameHead): Buffer {
  if (!frameIsWhole(bytes, 0, head)) throw new RangeError('log frame has a wrong checksum');
  const payload = bytes.subarray(frameHeadBytes, frameHeadBytes + head.payloadBytes);
  if (head.codec === codecs.plain) return payload;
  // One output chunk of the right size: the default of 16 kB chunks costs a third of the time.
  return zstdDecompressSync(payload, { chunkSize: Math.max(64, head.rawBytes), maxOutputLength: head.rawBytes });
}

/** Every whole frame of a file, and where the last one ends. Damage in the middle is stepped over, a torn tail is not part of `end`. */
export function scanFrames(bytes: Buffer): { frames: Array<{ head: FrameHead; offset: number }>; end: number; skippedBytes: number } {
  const frames: Array<{ head: FrameHead; offset: number }> = [];
  let at = 0;
  let end = 0;
  let skippedBytes = 0;
  while (at < bytes.length) {
    const head = readFrameHead(bytes, at);
    if (head && frameIsWhole(bytes, at, head)) {
      skippedBytes += at - end;
      frames.push({ head, offset: at });
      at += frameHeadBytes + head.payloadBytes;
      end = at;
    } else {
      const next = bytes.indexOf(magic, at + 1);
      if (next < 0) break;
      at = next;
    }
  }
  return { frames, end, skippedBytes };
}
