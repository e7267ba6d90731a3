// The content of one block of log events of one stream, in columns: timestamps, lengths, text.
// A block that came as one PutLogEvents batch needs no more; a merged block adds runs (count, seq, ingestion time).
import { varintSize, VarintReader, writeVarint } from './varint.ts';
import type { InputLogEvent } from '#core/telemetry/log-event.ts';

/** What is known of a block without reading its content. */
export interface BlockHead {
  /** 16 hexadecimal digits each. */
  readonly groupId: string;
  readonly streamId: string;
  readonly count: number;
  readonly minTimestamp: number;
  readonly maxTimestamp: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  /** The newest ingestion time of the block's events. */
  readonly ingestionTime: number;
  /** UTF-8 bytes of the messages. */
  readonly messageBytes: number;
  /** Where the text begins in the uncompressed payload. */
  readonly textOffset: number;
  /** The payload carries runs. */
  readonly merged: boolean;
}

/** Events [i] of a run all came in one batch: seq + i, and one ingestion time. */
export interface Run {
  readonly count: number;
  readonly seq: number;
  readonly ingestionTime: number;
}

export interface EncodedBatch {
  /** Backed by an ArrayBuffer of its own, so that it can be transferred to the worker. */
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly minTimestamp: number;
  readonly maxTimestamp: number;
  readonly messageBytes: number;
  readonly textOffset: number;
}

/** The payload of one batch. The events must be in order of time, and there must be one. */
export function encodeBatch(events: readonly InputLogEvent[]): EncodedBatch {
  const first = events[0]!.timestamp;
  const sizes = new Uint32Array(events.length);
  let textOffset = 0;
  let messageBytes = 0;
  let previous = first;
  for (let i = 0; i < events.length; i++) {
    const { timestamp, message } = events[i]!;
    const size = Buffer.byteLength(message);
    sizes[i] = size;
    messageBytes += size;
    textOffset += varintSize(timestamp - previous) + varintSize(size);
    previous = timestamp;
  }
  const payload = Buffer.from(new ArrayBuffer(textOffset + messageBytes));
  let at = 0;
  previous = first;
  for (const { timestamp } of events) {
    at = writeVarint(payload, at, timestamp - previous);
    previous = timestamp;
  }
  for (const size of sizes) at = writeVarint(payload, at, size);
  for (const { message } of events) at += payload.write(message, at);
  return { payload: payload as Uint8Array<ArrayBuffer>, count: events.length, minTimestamp: first, maxTimestamp: previous, messageBytes, textOffset };
}

/** A block ready to be looked through; nothing is turned into strings yet. */
export interface DecodedBlock {
  readonly head: BlockHead;
  readonly timestamps: Float64Array;
  readonly seqs: Float64Array;
  readonly ingestionTimes: Float64Array;
  /** offsets[i] to offsets[i + 1] is event i in `text`. */
  readonly offsets: Uint32Array;
  readonly text: Buffer;
}

/** Throws RangeError when the payload does not fit its head. */
export function decodeBlock(head: BlockHead, payload: Buffer): DecodedBlock {
  const reader = new VarintReader(payload);
  const seqs = new Float64Array(head.count);
  const ingestionTimes = new Float64Array(head.count);
  const runs = head.merged ? readRuns(reader, head) : [{ count: head.count, seq: head.minSeq, ingestionTime: head.ingestionTime }];
  let i = 0;
  for (const run of runs) {
    for (let n = 0; n < run.count; n++, i++) {
      seqs[i] = run.seq + n;
      ingestionTimes[i] = run.ingestionTime;
    }
  }
  const timestamps = new Float64Array(head.count);
  let timestamp = head.minTimestamp;
  for (i = 0; i < head.count; i++) timestamps[i] = timestamp += reader.next();
  const offsets = new Uint32Array(head.count + 1);
  let offset = 0;
  for (i = 0; i < head.count; i++) offsets[i + 1] = offset += reader.next();
  if (reader.at !== head.textOffset || offset !== payload.length - head.textOffset) throw new RangeError('log block does not add up');
  return { head, timestamps, seqs, ingestionTimes, offsets, text: payload.subarray(head.textOffset) };
}

function readRuns(reader: VarintReader, head: BlockHead): Run[] {
  const runs: Run[] = [];
  const length = reader.next();
  for (let i = 0; i < length; i++) {
    const count = reader.next();
    const seq = head.minSeq + reader.next();
    runs.push({ count, seq, ingestionTime: head.ingestionTime - reader.next() });
  }
  return runs;
}

/** One event of a merge, still as bytes. */
export interface RawEvent {
  readonly timestamp: number;
  readonly seq: number;
  readonly ingestionTime: number;
  readonly text: Buffer;
}

/** The events of a block as bytes, in order. */
export function rawEvents(block: DecodedBlock): RawEvent[] {
  return Array.from(block.timestamps, (timestamp, i) => ({
    timestamp,
    seq: block.seqs[i]!,
    ingestionTime: block.ingestionTimes[i]!,
    text: block.text.subarray(block.offsets[i], block.offsets[i + 1]),
  }));
}

/** One block out of events of one stream, which must be in order of (timestamp, seq). */
export function mergeEvents(groupId: string, streamId: string, events: readonly RawEvent[]): { head: BlockHead; payload: Buffer } {
  let minSeq = Infinity;
  let maxSeq = 0;
  let ingestionTime = 0;
  let messageBytes = 0;
  for (const event of events) {
    minSeq = Math.min(minSeq, event.seq);
    maxSeq = Math.max(maxSeq, event.seq);
    ingestionTime = Math.max(ingestionTime, event.ingestionTime);
    messageBytes += event.text.length;
  }
  const columns = [...runColumn(events, minSeq, ingestionTime), ...timeColumn(events), ...events.map((event) => event.text.length)];
  const textOffset = columns.reduce((sum, value) => sum + varintSize(value), 0);
  const payload = Buffer.allocUnsafe(textOffset + messageBytes);
  let at = 0;
  for (const value of columns) at = writeVarint(payload, at, value);
  for (const event of events) at += event.text.copy(payload, at);
  const minTimestamp = events[0]!.timestamp;
  const maxTimestamp = events.at(-1)!.timestamp;
  const head = { groupId, streamId, count: events.length, minTimestamp, maxTimestamp, minSeq, maxSeq, ingestionTime, messageBytes, textOffset, merged: true };
  return { head, payload };
}

function runColumn(events: readonly RawEvent[], minSeq: number, ingestionTime: number): number[] {
  const runs: Array<{ count: number; seq: number; ingestionTime: number }> = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run && run.seq + run.count === event.seq && run.ingestionTime === event.ingestionTime) run.count++;
    else runs.push({ count: 1, seq: event.seq, ingestionTime: event.ingestionTime });
  }
  return [runs.length, ...runs.flatMap((run) => [run.count, run.seq - minSeq, ingestionTime - run.ingestionTime])];
}

function timeColumn(events: readonly RawEvent[]): number[] {
  let previous = events[0]!.timestamp;
  return events.map((event) => {
    const delta = event.timestamp - previous;
    previous = event.timestamp;
    return delta;
  });
}
