// The awslogs driver on a virtual clock: a container's log as a list, a service that may be away, and agents that are killed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { parseAwslogsOptions, type AwslogsOptions } from '#core/telemetry/awslogs-options.ts';
import type { InputLogEvent } from '#core/telemetry/log-event.ts';
import type { ResumePosition } from '#core/telemetry/resume-position.ts';
import { virtualClock, type VirtualClock } from '#tests/support/virtual-clock.ts';
import type { LogLine } from '../runtime.ts';
import { openLogDestination } from './log-destination.ts';
import type { LogSink, PutResult } from './log-sink.ts';
import { startLogShipper, type LogShipper, type PositionStore } from './log-shipper.ts';

class AwsFailure extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** CloudWatch as far as the driver sees it. */
class FakeSink implements LogSink {
  readonly groups = new Set<string>();
  readonly streams = new Set<string>();
  readonly stored: InputLogEvent[] = [];
  batches: number[] = [];
  /** The name of the error that calls fail with now. */
  failing: string | undefined;
  /** Calls hang until this is resolved. */
  gate: Promise<void> | undefined;

  async createLogGroup(group: string): Promise<void> {
    this.#check();
    if (this.groups.has(group)) throw new AwsFailure('ResourceAlreadyExistsException');
    this.groups.add(group);
  }

  async createLogStream(group: string, stream: string): Promise<void> {
    this.#check();
    if (!this.groups.has(group)) throw new AwsFailure('ResourceNotFoundException');
    if (this.streams.has(stream)) throw new AwsFailure('ResourceAlreadyExistsException');
    this.streams.add(stream);
  }

  async putLogEvents(group: string, stream: string, events: readonly InputLogEvent[]): Promise<PutResult> {
    await this.gate;
    this.#check();
    if (!this.groups.has(group) || !this.streams.has(stream)) throw new AwsFailure('ResourceNotFoundException');
    const sorted = events.every((event, i) => i === 0 || events[i - 1]!.timestamp <= event.timestamp);
    const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + 26, 0);
    assert.ok(sorted && events.length > 0 && events.length <= 10_000 && bytes <= 1_048_576, 'a batch that CloudWatch takes');
    this.stored.push(...events);
    this.batches.push(events.length);
    return { rejected: 0 };
  }

  #check(): void {
    if (this.failing) throw new AwsFailure(this.failing);
  }
}

/** A container's log file: lines with Docker's times, followed by whoever reads it. */
class FakeLog {
  readonly lines: LogLine[] = [];
  readonly #clock: VirtualClock;
  #waiting: Array<() => void> = [];
  #closed = false;
  /** Readers that were opened so far. */
  opened = 0;
  /** Lines that readers took. */
  taken = 0;
  broken = false;
  /** The next line is not shown to those who are reading already. */
  hideNext = false;
  readonly exit = Promise.withResolvers<void>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  write(text: string, options: { atMs?: number; ns?: number; stream?: 'stdout' | 'stderr' } = {}): void {
    const ns = String(options.ns ?? 0).padStart(6, '0');
    const timestamp = new Date(options.atMs ?? this.#clock.now()).toISOString().replace('Z', `${ns}Z`);
    this.lines.push({ stream: options.stream ?? 'stdout', timestamp, text });
    this.#wake();
  }

  /** Readers fail until it is mended. */
  breakOff(): void {
    this.broken = true;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
    this.exit.resolve();
  }

  /** As Docker: every line at or after `since`, each judged by itself. */
  async *open(since: string | undefined): AsyncGenerator<LogLine> {
    this.opened++;
    for (let i = 0; ; i++) {
      const waiting = i >= this.lines.length;
      while (i >= this.lines.length && !this.#closed && !this.broken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (this.broken) throw new Error('connection reset');
      const line = this.lines[i];
      if (!line) return;
      if (waiting && this.hideNext) continue;
      const seconds = Date.parse(`${line.timestamp.slice(0, 19)}Z`) / 1000;
      if (since !== undefined && `${seconds}.${line.timestamp.slice(20, 29)}` < since) continue;
      this.taken++;
      yield line;
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

class MemoryPosition implements PositionStore {
  saved: ResumePosition | undefined;
  async load(): Promise<ResumePosition | undefined> {
    return this.saved;
  }
  async save(position: ResumePosition): Promise<void> {
    this.saved = position;
  }
}

function options(extra: Record<string, string> = {}): AwslogsOptions {
  const parsed = parseAwslogsOptions({ 'awslogs-group': 'g', 'awslogs-stream': 's', 'awslogs-create-group': 'true', ...extra });
  assert.ok(parsed.ok);
  return parsed.value;
}

function world(extra: Record<string, string> = {}) {
  const clock = virtualClock();
  const sink = new FakeSink();
  sink.groups.add('g');
  sink.streams.add('s');
  const container = new FakeLog(clock);
  const position = new MemoryPosition();
  const start = (): LogShipper =>
    startLogShipper({ open: (since) => container.open(since), exited: container.exit.promise, options: options(extra), sink, position, clock, log: silentLogger });
  return { clock, sink, container, position, start };
}

const messages = (sink: FakeSink): string[] => sink.stored.map((event) => event.message);

test('a line after a quiet time is sent at once, with the time Docker gave it', async () => {
  const { clock, sink, container, start } = world();
  start();
  container.write('hello', { atMs: clock.now() - 12 });
  await clock.advance(5);
  assert.deepEqual(sink.stored, [{ timestamp: clock.now() - 5 - 12, message: 'hello' }]);
});

test('under load lines are gathered for 200 ms', async () => {
  const { clock, sink, container, start } = world();
  start();
  for (let i = 0; i < 100; i++) {
    container.write(`line ${i}`);
    await clock.advance(10);
  }
  await clock.advance(300);
  assert.equal(sink.stored.length, 100);
  assert.ok(sink.batches.length <= 7, `${sink.batches.length} batches in one second`);
});

test('nothing is lost while the service is away, and nothing comes twice', async () => {
  const { clock, sink, container, start } = world();
  const shipper = start();
  sink.failing = 'ServiceUnavailableException';
  for (let i = 0; i < 50; i++) container.write(`line ${i}`);
  await clock.advance(20_000);
  assert.deepEqual(sink.stored, []);
  sink.failing = undefined;
  container.close();
  await clock.runUntil(() => sink.stored.length === 50);
  await shipper.finished;
  assert.deepEqual(messages(sink), Array.from({ length: 50 }, (_, i) => `line ${i}`));
});

test('blocking: a full buffer stops the reading, and all lines arrive in the end', async () => {
  const { clock, sink, container, start } = world();
  const gate = Promise.withResolvers<void>();
  sink.gate = gate.promise;
  start();
  for (let i = 0; i < 20_000; i++) container.write('x'.repeat(1000), { ns: i });
  await clock.advance(1000);
  assert.ok(container.taken < 8000, `${container.taken} lines were taken`);
  gate.resolve();
  await clock.runUntil(() => sink.stored.length === 20_000);
});

test('non-blocking: a full buffer loses its oldest lines, and memory stays bounded', async () => {
  const { clock, sink, container, start } = world({ mode: 'non-blocking', 'max-buffer-size': '10k' });
  const gate = Promise.withResolvers<void>();
  sink.gate = gate.promise;
  const shipper = start();
  container.write('first');
  await clock.advance(300);
  for (let i = 0; i < 1000; i++) container.write(`${i}`.padStart(100, '0'));
  await clock.advance(300);
  assert.equal(container.taken, 1001);
  gate.resolve();
  container.close();
  await clock.advance(1000);
  await shipper.finished;
  assert.equal(Number(messages(sink).at(-1)), 999);
  assert.ok(shipper.counts.dropped > 800 && shipper.counts.dropped + sink.stored.length === 1001);
});

test('a multiline event ends with the next match, or when the container has been silent', async () => {
  const { clock, sink, container, start } = world({ 'awslogs-datetime-format': '%Y-%m-%d' });
  start();
  for (const line of ['2026-01-01 one', '  at a', '  at b', '2026-01-02 two', '  at c']) container.write(line);
  await clock.advance(100);
  assert.deepEqual(messages(sink), ['2026-01-01 one\n  at a\n  at b\n']);
  await clock.advance(800);
  assert.deepEqual(messages(sink)[1], '2026-01-02 two\n  at c\n');
});

test('a long line becomes several events, an empty one none', async () => {
  const { clock, sink, container, start } = world();
  start();
  container.write('');
  container.write('é'.repeat(200_000));
  await clock.advance(1000);
  assert.equal(messages(sink).join(''), 'é'.repeat(200_000));
  assert.deepEqual(sink.stored.map((event) => Buffer.byteLength(event.message)), [262_118, 400_000 - 262_118]);
});

test('the log is read to its end after the container stopped, before finished resolves', async () => {
  const { clock, container, sink, start } = world();
  const shipper = start();
  for (let i = 0; i < 10; i++) container.write(`line ${i}`);
  container.close();
  let finished = false;
  void shipper.finished.then(() => (finished = true));
  await clock.runUntil(() => finished);
  assert.equal(sink.stored.length, 10);
});

test('last words that following missed are read after the container stopped', async () => {
  const { clock, container, sink, start } = world();
  const shipper = start();
  container.write('line');
  await clock.advance(500);
  container.hideNext = true;
  container.write('last words');
  await clock.advance(500);
  assert.deepEqual(messages(sink), ['line']);
  container.close();
  await clock.advance(1000);
  await shipper.finished;
  assert.deepEqual(messages(sink), ['line', 'last words']);
});

test('a service that stays away holds the end up for 30 seconds, not for ever', async () => {
  const { clock, container, sink, start } = world();
  const shipper = start();
  sink.failing = 'ServiceUnavailableException';
  container.write('last words');
  container.close();
  let finished = false;
  void shipper.finished.then(() => (finished = true));
  await clock.advance(29_000);
  assert.equal(finished, false);
  await clock.advance(2000);
  assert.equal(finished, true);
});

test('a log that breaks off is opened again where it was', async () => {
  const { clock, container, sink, start } = world();
  start();
  for (let i = 0; i < 5; i++) container.write(`line ${i}`);
  await clock.advance(500);
  container.breakOff();
  await clock.advance(100);
  container.broken = false;
  for (let i = 5; i < 10; i++) container.write(`line ${i}`);
  await clock.advance(3000);
  assert.deepEqual(messages(sink), Array.from({ length: 10 }, (_, i) => `line ${i}`));
  assert.ok(container.opened >= 2);
});

test('a stream that was deleted is made again; a refused batch is given up', async () => {
  const { clock, container, sink, start } = world();
  start();
  sink.streams.clear();
  sink.groups.clear();
  container.write('one');
  await clock.advance(1000);
  assert.deepEqual(messages(sink), ['one']);
  sink.failing = 'InvalidParameterException';
  container.write('two');
  await clock.advance(1000);
  sink.failing = undefined;
  container.write('three');
  await clock.advance(1000);
  assert.deepEqual(messages(sink), ['one', 'three']);
});

test('agents that are killed between any two batches lose nothing and repeat nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seededRandom(seed);
      const { clock, container, sink, start } = world();
      let written = 0;
      for (let life = 0; life < 4; life++) {
        const shipper = start();
        for (let i = 0; i < 30; i++) {
          // Times repeat, and run back a little between the two streams.
          const burst = Math.floor(random.next() * 4);
          for (let n = 0; n < burst; n++) container.write(`line ${written++}`, { atMs: clock.now() - Math.floor(random.next() * 3), ns: Math.floor(random.next() * 2) });
          await clock.advance(Math.floor(random.next() * 150));
        }
        await shipper.stop();
      }
      const last = start();
      container.close();
      await clock.advance(2000);
      await last.finished;
      assert.deepEqual(messages(sink).sort(), Array.from({ length: written }, (_, i) => `line ${i}`).sort());
    }),
    { numRuns: 60 },
  );
});

test('a destination is made as the options say, and ECS words tell why not', async () => {
  const sink = new FakeSink();
  assert.deepEqual(await openLogDestination(options(), sink), { ok: true });
  assert.deepEqual([...sink.groups, ...sink.streams], ['g', 's']);
  assert.deepEqual(await openLogDestination(options(), sink), { ok: true });
  const bare = new FakeSink();
  const result = await openLogDestination(options({ 'awslogs-create-group': 'false' }), bare);
  assert.ok(!result.ok && !result.retriable && result.message.startsWith('failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException'));
});
