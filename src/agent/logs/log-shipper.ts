// The awslogs driver, run by the agent: follows one container's log, makes events of lines, and sends them in batches.
// A reader and a sender meet in a bounded queue. What has been acknowledged is written down as a position after each batch, so
// that an agent that was killed goes on where it stopped. Until it is stored, a line is in Docker's own log file.
import { delay, type Clock, type Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { AwslogsOptions } from '#core/telemetry/awslogs-options.ts';
import { LineGrouper, type GroupedEvent } from '#core/telemetry/multiline.ts';
import { dockerSince, PositionTracker, Skipper, startPosition, timeMs, type ResumePosition } from '#core/telemetry/resume-position.ts';
import type { LogLine } from '../runtime.ts';
import { EventQueue, type Batch } from './event-queue.ts';
import { openLogDestination } from './log-destination.ts';
import { errorName, fateOf, type LogSink } from './log-sink.ts';
import { Signal } from './signal.ts';

/** Where the position of one container is kept over restarts of the agent. */
export interface PositionStore {
  load(): Promise<ResumePosition | undefined>;
  /** Resolves when it is as durable as it will be. */
  save(position: ResumePosition): Promise<void>;
}

export interface LogShipperOptions {
  /** Opens the container's log from this time on (`<seconds>.<nanoseconds>`; undefined = all of it), following it. Runtime.logs fits. */
  readonly open: (since: string | undefined) => AsyncIterable<LogLine>;
  /** Resolves when the container has stopped and will not be started again. */
  readonly exited: Promise<void>;
  readonly options: AwslogsOptions;
  readonly sink: LogSink;
  readonly position: PositionStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long after the container's end its log may take to be read and sent. Default 30 s. */
  readonly drainMs?: number;
}

export interface LogShipper {
  /** Resolves when everything is sent after the container's end, or when `drainMs` is over, or after `stop`. Never rejects. */
  readonly finished: Promise<void>;
  /** Stops reading and sending; what is not acknowledged is read again by the next shipper with this position. */
  stop(): Promise<void>;
  readonly counts: { readonly sent: number; readonly dropped: number; readonly rejected: number };
}

/** Under load, a batch is sent this often; after a quiet time, at once. */
const batchMs = 200;
/** A multiline event ends when its container has been silent for so long: a line must be readable within a second. */
const quietMs = 500;
const blockingBufferBytes = 4 * 1024 * 1024;
const retryMs = { first: 200, last: 5000 };
const reopenMs = 1000;
/** A container that has ended and cannot be read any more was removed. */
const maxFailuresAfterExit = 3;

export function startLogShipper(options: LogShipperOptions): LogShipper {
  return new Shipper(options);
}

class Shipper implements LogShipper {
  readonly finished: Promise<void>;
  readonly counts = { sent: 0, dropped: 0, rejected: 0 };
  readonly #options: LogShipperOptions;
  readonly #queue: EventQueue;
  readonly #grouper: LineGrouper;
  /** Something was queued, or reading has ended. */
  readonly #arrived = new Signal();
  /** Something was taken from the queue. */
  readonly #room = new Signal();
  /** Ends of waits that `stop` cuts short. */
  readonly #interrupts = new Set<() => void>();
  #read = new PositionTracker();
  #acknowledged = new PositionTracker();
  /** Times of the lines that were read and are not acknowledged, in order; those before `#firstTime` are gone. */
  #times: string[] = [];
  #firstTime = 0;
  #exited = false;
  #stopped = false;
  #readingDone = false;
  #finished = false;
  #quiet: Timer | undefined;
  #deadline: Timer | undefined;

  constructor(options: LogShipperOptions) {
    this.#options = options;
    const { mode, maxBufferBytes, multiline } = options.options;
    this.#queue = new EventQueue(mode === 'blocking' ? blockingBufferBytes : maxBufferBytes);
    this.#grouper = new LineGrouper(multiline);
    void options.exited.then(() => this.#onExit());
    this.finished = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const interrupt of this.#interrupts) interrupt();
    this.#arrived.raise();
    this.#room.raise();
    await this.finished;
  }

  async #run(): Promise<void> {
    const start = (await this.#loadPosition()) ?? startPosition;
    this.#read = new PositionTracker(start);
    this.#acknowledged = new PositionTracker(start);
    await Promise.all([this.#readAll(), this.#sendAll()]);
    this.#finished = true;
    this.#deadline?.cancel();
    this.#quiet?.cancel();
  }

  async #loadPosition(): Promise<ResumePosition | undefined> {
    try {
      return await this.#options.position.load();
    } catch (error) {
      this.#options.log.warn('position in the container log could not be read; all of it is sent again', { error: String(error) });
      return undefined;
    }
  }

  /** What the promise gives, or undefined once `stop` was called. (Promise.race would leave a reaction behind for every line.) */
  #unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const interrupt = (): void => resolve(undefined);
      if (this.#stopped) interrupt();
      this.#interrupts.add(interrupt);
      promise.then(resolve, reject).finally(() => this.#interrupts.delete(interrupt));
    });
  }

  #onExit(): void {
    this.#exited = true;
    // A reader that hangs, or a service that does not come back, must not keep the task from ending.
    if (this.#finished) return;
    this.#deadline = this.#options.clock.after(this.#options.drainMs ?? 30_000, () => {
      this.#options.log.warn('container log was not drained in time', { group: this.#options.options.group, stream: this.#options.options.stream });
      void this.stop();
    });
  }

  /**
   * Until the container has ended and its log was read once more after that: Docker's `follow` may end without the last words
   * (seen with 20.10: text after the last newline), which a new reading has.
   */
  async #readAll(): Promise<void> {
    for (let failures = 0; !this.#stopped && failures < maxFailuresAfterExit; ) {
      const afterExit = this.#exited;
      const clean = await this.#readOnce();
      if (afterExit && clean) break;
      if (afterExit) failures++;
      // The end of the log and the news of the container's end come in either order.
      const wait = delay(this.#options.clock, reopenMs);
      if (!this.#exited) await this.#unlessStopped(Promise.race([this.#options.exited, wait]));
      else if (!clean) await this.#unlessStopped(wait);
    }
    this.#enqueue(this.#grouper.flush());
    this.#readingDone = true;
    this.#arrived.raise();
  }

  /** True when the log came to its end, false when it broke. */
  async #readOnce(): Promise<boolean> {
    const from = this.#read.position;
    const skipper = new Skipper(from);
    const lines = this.#options.open(from.since === '' ? undefined : dockerSince(from.since))[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#unlessStopped(lines.next());
        if (next === undefined || next.done || this.#stopped) return true;
        if (!skipper.skips(next.value.timestamp)) await this.#accept(next.value);
      }
    } catch (error) {
      this.#options.log.warn('container log broke off; it is opened again', { error: String(error) });
      return false;
    } finally {
      void lines.return?.()?.catch(() => {});
    }
  }

  async #accept(line: LogLine): Promise<void> {
    this.#read.done(line.timestamp);
    this.#times.push(line.timestamp);
    this.#enqueue(this.#grouper.push(timeMs(line.timestamp), line.text));
    this.#watchQuiet();
    if (this.#options.options.mode === 'non-blocking') {
      const dropped = this.#queue.dropOldest();
      if (dropped > 0 && this.counts.dropped === 0) this.#options.log.warn('log buffer is full; the oldest events are dropped', { stream: this.#options.options.stream });
      this.counts.dropped += dropped;
      return;
    }
    while (this.#queue.full && !this.#stopped) await this.#room.wait();
  }

  #enqueue(events: readonly GroupedEvent[]): void {
    for (const event of events) this.#queue.push(event);
    if (events.length > 0) this.#arrived.raise();
  }

  /** Ends an unfinished multiline event once nothing has followed for a while, or once it is too old. */
  #watchQuiet(): void {
    const since = this.#grouper.openSince;
    if (!this.#options.options.multiline) return;
    this.#quiet?.cancel();
    if (since === undefined) return;
    const { clock, options } = this.#options;
    const age = clock.now() - since;
    const wait = Math.max(0, Math.min(quietMs, options.maxEventAgeMs, age >= 0 ? options.maxEventAgeMs - age : 0));
    this.#quiet = clock.after(wait, () => this.#enqueue(this.#grouper.flush()));
  }

  async #sendAll(): Promise<void> {
    const { clock } = this.#options;
    let lastSentAt = -Infinity;
    while (!this.#stopped) {
      if (this.#queue.empty) {
        if (this.#readingDone) return;
        await this.#arrived.wait();
        continue;
      }
      // One turn, so that the lines of one read go together; more only when the last batch was just sent.
      await delay(clock, 0);
      const due = lastSentAt + batchMs;
      while (clock.now() < due && !this.#queue.hasFullBatch && !this.#readingDone && !this.#stopped) {
        await Promise.race([this.#arrived.wait(), delay(clock, due - clock.now())]);
      }
      if (this.#stopped || this.#queue.empty) continue;
      lastSentAt = clock.now();
      const batch = this.#queue.take();
      this.#room.raise();
      if (!(await this.#sendBatch(batch))) return;
      await this.#done(batch.lines);
    }
  }

  async #done(lines: number): Promise<void> {
    for (let i = 0; i < lines; i++) this.#acknowledged.done(this.#times[this.#firstTime++]!);
    if (this.#firstTime > 10_000 || this.#firstTime === this.#times.length) {
      this.#times = this.#times.slice(this.#firstTime);
      this.#firstTime = 0;
    }
    try {
      await this.#options.position.save(this.#acknowledged.position);
    } catch (error) {
      this.#options.log.warn('position in the container log could not be saved', { error: String(error) });
    }
  }

  /** Until it is stored, or never will be; false when the shipper was stopped meanwhile. */
  async #sendBatch(batch: Batch): Promise<boolean> {
    const { sink, options, clock, log } = this.#options;
    const events = batch.events.map(({ timestamp, message }) => ({ timestamp, message }));
    for (let wait = retryMs.first; !this.#stopped; wait = Math.min(wait * 2, retryMs.last)) {
      try {
        const result = await this.#unlessStopped(sink.putLogEvents(options.group, options.stream, events));
        if (result === undefined) return false;
        const { rejected } = result;
        this.counts.sent += events.length - rejected;
        this.counts.rejected += rejected;
        if (rejected > 0) log.warn('log events were rejected as too old or too new', { stream: options.stream, rejected });
        return true;
      } catch (error) {
        const fate = fateOf(error);
        if (fate === 'stored') return true;
        if (fate === 'refused') return this.#giveUp(batch, error);
        if (fate === 'missing') {
          const made = options.createStream ? await openLogDestination(options, sink) : undefined;
          if (!made || (!made.ok && !made.retriable)) return this.#giveUp(batch, error);
        }
        log.debug('log events could not be sent; trying again', { stream: options.stream, error: String(error) });
        await this.#unlessStopped(delay(clock, wait));
      }
    }
    return false;
  }

  #giveUp(batch: Batch, error: unknown): true {
    this.counts.dropped += batch.events.length;
    this.#options.log.error('log events were refused and are lost', { stream: this.#options.options.stream, events: batch.events.length, error: `${errorName(error)}: ${String(error)}` });
    return true;
  }
}
