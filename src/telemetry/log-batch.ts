// A batch that grows event by event: text is encoded as it comes, so that nothing of an event stays behind on the heap, however many
// come before the batch is sent. Times that run back a little are moved up: a batch is in order.
import type { EncodedBatch } from './log-block.ts';
import { varintSize, writeVarint } from './varint.ts';

const FIRST_BYTES = 64 * 1024;

export class LogBatch {
  #deltas: number[] = [];
  #sizes: number[] = [];
  #text = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #first = 0;
  #last = 0;
  /** Bytes of text so far. */
  bytes = 0;

  get count(): number {
    return this.#sizes.length;
  }

  /** @param timestamp epoch milliseconds */
  add(timestamp: number, message: string): void {
    // No character of UTF-16 takes more than three bytes.
    this.#makeRoom(message.length * 3);
    const size = this.#text.write(message, this.bytes);
    if (this.#sizes.length === 0) this.#first = this.#last = timestamp;
    const at = Math.max(timestamp, this.#last);
    this.#deltas.push(at - this.#last);
    this.#sizes.push(size);
    this.#last = at;
    this.bytes += size;
  }

  /** What `encodeBatch` makes of the same events. There must be one. The batch is empty afterwards and keeps its memory for the next. */
  finish(): EncodedBatch {
    let textOffset = 0;
    for (const delta of this.#deltas) textOffset += varintSize(delta);
    for (const size of this.#sizes) textOffset += varintSize(size);
    const payload = Buffer.from(new ArrayBuffer(textOffset + this.bytes));
    let at = 0;
    for (const delta of this.#deltas) at = writeVarint(payload, at, delta);
    for (const size of this.#sizes) at = writeVarint(payload, at, size);
    this.#text.copy(payload, at, 0, this.bytes);
    const encoded = { payload: payload as Uint8Array<ArrayBuffer>, count: this.count, minTimestamp: this.#first, maxTimestamp: this.#last, messageBytes: this.bytes, textOffset };
    this.#deltas = [];
    this.#sizes = [];
    this.bytes = 0;
    return encoded;
  }

  #makeRoom(more: number): void {
    if (this.bytes + more <= this.#text.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#text.length * 2, this.bytes + more));
    this.#text.copy(larger, 0, 0, this.bytes);
    this.#text = larger;
  }
}
