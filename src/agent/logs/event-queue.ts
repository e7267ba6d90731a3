// Events between the reader of a container's log and the sender: bounded, and cut into batches that PutLogEvents takes.
import type { GroupedEvent } from '#core/telemetry/multiline.ts';

const perEventBytes = 26;
const maxBatchBytes = 1_048_576;
const maxBatchEvents = 10_000;
const maxBatchSpanMs = 24 * 60 * 60 * 1000;

export interface Batch {
  /** In order of time, as PutLogEvents wants them. */
  readonly events: readonly GroupedEvent[];
  /** Lines of the log that are done once these are stored. */
  readonly lines: number;
}

export class EventQueue {
  readonly #maxBytes: number;
  #events: GroupedEvent[] = [];
  #bytes = 0;
  /** Lines of events that were dropped and of which none came after yet. */
  #droppedLines = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get empty(): boolean {
    return this.#events.length === 0;
  }

  /** No room: a reader that may wait should. */
  get full(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  /** At least one whole batch is here: no reason to wait for more. */
  get hasFullBatch(): boolean {
    return this.#bytes >= maxBatchBytes || this.#events.length >= maxBatchEvents;
  }

  push(event: GroupedEvent): void {
    const lines = event.lines + this.#droppedLines;
    this.#droppedLines = 0;
    this.#events.push(lines === event.lines ? event : { ...event, lines });
    this.#bytes += event.bytes + perEventBytes;
  }

  /** Gives up the oldest events until the queue is within its bound; returns how many. Their lines count as done with what follows. */
  dropOldest(): number {
    let dropped = 0;
    let lines = 0;
    while (this.#bytes > this.#maxBytes && dropped < this.#events.length) {
      const event = this.#events[dropped++]!;
      this.#bytes -= event.bytes + perEventBytes;
      lines += event.lines;
    }
    if (dropped === 0) return 0;
    this.#events = this.#events.slice(dropped);
    const first = this.#events[0];
    if (first) this.#events[0] = { ...first, lines: first.lines + lines };
    else this.#droppedLines += lines;
    return dropped;
  }

  /** Takes as many of the oldest events as one request may have. There must be one. */
  take(): Batch {
    let count = 0;
    let bytes = 0;
    let oldest = Infinity;
    let newest = 0;
    for (const event of this.#events) {
      const size = event.bytes + perEventBytes;
      oldest = Math.min(oldest, event.timestamp);
      newest = Math.max(newest, event.timestamp);
      if (count > 0 && (bytes + size > maxBatchBytes || count >= maxBatchEvents || newest - oldest > maxBatchSpanMs)) break;
      bytes += size;
      count++;
    }
    const taken = this.#events.slice(0, count);
    this.#events = this.#events.slice(count);
    this.#bytes -= bytes;
    const lines = taken.reduce((sum, event) => sum + event.lines, 0);
    // Stable: lines of one millisecond stay in the order in which they were written.
    return { events: taken.toSorted((a, b) => a.timestamp - b.timestamp), lines };
  }
}
