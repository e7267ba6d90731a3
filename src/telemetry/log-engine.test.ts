// The log store against a naive model in memory: whatever is appended, sealed, reopened or dropped, reads agree.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after as afterAll, test } from 'node:test';
import fc from 'fast-check';
import { silentLogger } from '#base/logger.ts';
import { after, compareBoundary, firstBoundary, lastBoundary, type InputLogEvent, type LogQuery, type StoredLogEvent } from '#core/telemetry/log-event.ts';
import { encodeBatch } from './log-block.ts';
import { LogEngine } from './log-engine.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-logs-'));
  folders.push(folder);
  return folder;
}

const groupId = '00000000000000aa';
const streams = ['0000000000000001', '0000000000000002', '0000000000000003'];

/** What the store must agree with: a list. */
class Model {
  events: Array<StoredLogEvent & { groupId: string }> = [];
  #seq = 1;

  append(streamId: string, ingestionTime: number, events: readonly InputLogEvent[]): void {
    for (const event of events) this.events.push({ ...event, groupId, streamId, ingestionTime, seq: this.#seq++ });
  }

  read(query: LogQuery): StoredLogEvent[] {
    const found = this.events
      .filter((event) => event.groupId === query.groupId && (query.streamIds?.includes(event.streamId) ?? true))
      .filter((event) => compareBoundary(event, query.from) >= 0 && compareBoundary(event, query.to) < 0)
      .filter((event) => !query.filterPattern || event.message.includes(query.filterPattern))
      .sort(compareBoundary)
      .map(({ streamId, timestamp, seq, ingestionTime, message }) => ({ streamId, timestamp, seq, ingestionTime, message }));
    return query.descending ? found.reverse() : found;
  }
}

async function readAll(engine: LogEngine, query: LogQuery): Promise<StoredLogEvent[]> {
  const events: StoredLogEvent[] = [];
  let page = await engine.read(query);
  for (let pages = 0; ; pages++) {
    assert.ok(pages < 10_000, 'reading must come to an end');
    assert.ok(page.events.length <= query.limit);
    events.push(...page.events);
    if (!page.next) return events;
    page = await engine.read({ ...query, ...(query.descending ? { to: page.next } : { from: page.next }) });
  }
}

const all: LogQuery = { groupId, from: firstBoundary, to: lastBoundary, descending: false, limit: 10_000, maxBytes: 1 << 20 };

function append(engine: LogEngine, model: Model, streamId: string, ingestionTime: number, events: readonly InputLogEvent[]): Promise<void> {
  model.append(streamId, ingestionTime, events);
  return engine.append({ groupId, streamId, ingestionTime, ...encodeBatch(events) });
}

const message = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.constantFrom('an error here', 'éclair', 'x'.repeat(400)));
const batch = fc.record({
  stream: fc.constantFrom(...streams),
  start: fc.integer({ min: 0, max: 40 }),
  events: fc.array(fc.record({ step: fc.integer({ min: 0, max: 3 }), message }), { minLength: 1, maxLength: 8 }),
});
const action = fc.oneof({ weight: 8, arbitrary: fc.record({ do: fc.constant('append' as const), batch }) }, { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reopen' as const, 'settle' as const) }) });
const bound = fc.record({ timestamp: fc.integer({ min: 0, max: 60 }), seq: fc.integer({ min: 0, max: 120 }) });
const query = fc.record({
  groupId: fc.constant(groupId),
  from: fc.oneof(fc.constant(firstBoundary), bound),
  to: fc.oneof(fc.constant(lastBoundary), bound),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 9 }),
  maxBytes: fc.constantFrom(1, 50, 1 << 20),
  maxScanBytes: fc.constantFrom(1, 300, 1 << 30),
  streamIds: fc.option(fc.subarray(streams), { nil: undefined }),
  filterPattern: fc.option(fc.constantFrom('error', 'x'), { nil: undefined }),
}) as fc.Arbitrary<LogQuery>;

test('reads agree with a list in memory, page by page, through sealing and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), fc.array(query, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 6 }), async (actions, queries, maxFileFrames) => {
      const folder = newFolder();
      const model = new Model();
      let engine = new LogEngine({ folder, log: silentLogger, maxFileFrames });
      let now = 1000;
      for (const step of actions) {
        if (step.do === 'append') {
          let timestamp = step.batch.start;
          const events = step.batch.events.map((event) => ({ timestamp: (timestamp += event.step), message: event.message }));
          await append(engine, model, step.batch.stream, now++, events);
        } else if (step.do === 'settle') {
          await engine.settled();
        } else {
          await engine.close();
          engine = new LogEngine({ folder, log: silentLogger, maxFileFrames });
        }
      }
      for (const one of queries) assert.deepEqual(await readAll(engine, one), model.read(one));
      await engine.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 150 },
  );
});

test('appends in flight together are all acknowledged and readable at once', async () => {
  const engine = new LogEngine({ folder: newFolder(), log: silentLogger });
  const model = new Model();
  await Promise.all(Array.from({ length: 3000 }, (_, i) => append(engine, model, streams[i % 3]!, 5, [{ timestamp: i, message: `line ${i}` }])));
  assert.deepEqual(await readAll(engine, all), model.read(all));
  await engine.close();
});

test('a torn tail is cut off and what was acknowledged before it stays', async () => {
  const folder = newFolder();
  const engine = new LogEngine({ folder, log: silentLogger });
  const model = new Model();
  for (let i = 0; i < 5; i++) await append(engine, model, streams[0]!, i, [{ timestamp: i, message: `line ${i}` }]);
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.wal'))!);
  const bytes = readFileSync(file);
  appendFileSync(file, bytes.subarray(0, 70)); // The beginning of a frame.
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
  const again = new LogEngine({ folder, log });
  assert.deepEqual(await readAll(again, all), model.read(all));
  assert.equal(warnings.length, 1);
  await again.close();
});

test('a flipped bit costs its own block only, and is told', async () => {
  const folder = newFolder();
  const engine = new LogEngine({ folder, log: silentLogger });
  const model = new Model();
  for (let i = 0; i < 5; i++) await append(engine, model, streams[0]!, i, [{ timestamp: i, message: `line ${i}` }]);
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.wal'))!);
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('line 2')]! ^= 1;
  writeFileSync(file, bytes);
  const errors: string[] = [];
  const again = new LogEngine({ folder, log: { ...silentLogger, error: (text: string) => void errors.push(text) } });
  assert.deepEqual((await readAll(again, all)).map((event) => event.message), ['line 0', 'line 1', 'line 3', 'line 4']);
  assert.equal(errors.length, 1);
  await again.close();
});

test('a crash between the finished segment and the removal of its write-ahead file shows nothing twice', async () => {
  const folder = newFolder();
  const engine = new LogEngine({ folder, log: silentLogger, maxFileFrames: 3 });
  const model = new Model();
  for (let i = 0; i < 3; i++) await append(engine, model, streams[0]!, i, [{ timestamp: i, message: `line ${i}` }]);
  await engine.settled();
  const wal = readdirSync(folder).find((name) => name.endsWith('.seg'))!.replace('.seg', '.wal');
  const other = newFolder();
  const copy = new LogEngine({ folder: other, log: silentLogger });
  for (let i = 0; i < 3; i++) await copy.append({ groupId, streamId: streams[0]!, ingestionTime: i, ...encodeBatch([{ timestamp: i, message: `line ${i}` }]) });
  writeFileSync(join(folder, wal), readFileSync(join(other, readdirSync(other)[0]!)));
  await Promise.all([engine.close(), copy.close()]);
  const again = new LogEngine({ folder, log: silentLogger });
  assert.deepEqual(await readAll(again, all), model.read(all));
  await again.close();
});

test('what is not kept is gone from reads and, once nothing else is in its file, from the disk', async () => {
  const folder = newFolder();
  const engine = new LogEngine({ folder, log: silentLogger, maxFileFrames: 2 });
  const model = new Model();
  for (let i = 0; i < 8; i++) await append(engine, model, streams[i < 4 ? 0 : 1]!, i, [{ timestamp: i * 10, message: `line ${i}` }]);
  await engine.settled();
  const before = readdirSync(folder).length;
  engine.keep([{ groupId, keepFrom: 60, streamIds: [streams[0]!, streams[1]!] }]);
  assert.deepEqual((await readAll(engine, all)).map((event) => event.timestamp), [60, 70]);
  engine.keep([{ groupId, keepFrom: 0, streamIds: [] }]);
  await engine.settled();
  assert.deepEqual(await readAll(engine, all), []);
  assert.ok(readdirSync(folder).length < before);
  assert.deepEqual(engine.groupBytes([groupId]), [0]);
  await engine.close();
});

test('a read that is under way when its stream is deleted still ends', async () => {
  const engine = new LogEngine({ folder: newFolder(), log: silentLogger, maxFileFrames: 2 });
  const model = new Model();
  for (let i = 0; i < 6; i++) await append(engine, model, streams[0]!, i, [{ timestamp: i, message: `line ${i}` }]);
  const reading = readAll(engine, { ...all, limit: 2 });
  engine.deleteStream(groupId, streams[0]!);
  assert.ok((await reading).length <= 6);
  assert.deepEqual(await readAll(engine, all), []);
  await engine.close();
});

test('statistics count what is stored, in CloudWatch terms', async () => {
  const engine = new LogEngine({ folder: newFolder(), log: silentLogger });
  await engine.append({ groupId, streamId: streams[0]!, ingestionTime: 99, ...encodeBatch([{ timestamp: 5, message: 'é' }, { timestamp: 9, message: 'abc' }]) });
  assert.deepEqual(engine.stats(groupId), [{ streamId: streams[0], firstEventTimestamp: 5, lastEventTimestamp: 9, lastIngestionTime: 99, events: 2, bytes: 2 + 3 + 52 }]);
  const page = await engine.read(all);
  assert.deepEqual(after(page.events[1]!), { timestamp: 9, seq: 3 });
  await engine.close();
});
