// Records become lines once each, whatever happens between two passes.
import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasWaitingRecords, LOG_FILE, openAccessLogFiles, recordFiles, recordsPath, type AccessLogFiles, type AccessLogLimits } from './access-log-files.ts';

const NAMES = { groups: new Map(), certificates: new Map() };
const record = (n: number): string => `${1_530_569_000_000_000 + n} app/l/1 http:80 1.2.3.4:5 tg-1 10.0.0.1:80 3 0 0 1 1 -- 200 1 2 0/tg-1 - {a.test|u|Root=1} GET /${n} HTTP/1.1\n`;
const records = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => record(from + at)).join('');

interface World {
  readonly folder: string;
  open(): AccessLogFiles;
  /** Another HAProxy: a new file, written on wherever the last write ended, as HAProxy does. */
  start(): (text: string) => void;
  seen(name?: string): number[];
}

function openWorld(t: TestContext, limits?: AccessLogLimits): World {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-access-log-'));
  const fds: number[] = [];
  let file = 0;
  t.after(() => {
    fds.forEach((fd) => closeSync(fd));
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    open: () => openAccessLogFiles(folder, limits),
    start() {
      const fd = openSync(recordsPath(folder, ++file), 'w');
      fds.push(fd);
      return (text) => void writeSync(fd, text);
    },
    seen: (name = LOG_FILE) => (existsSync(join(folder, name)) ? [...readFileSync(join(folder, name), 'utf8').matchAll(/"GET http:\/\/a\.test:80\/(\d+) /g)].map((match) => Number(match[1])) : []),
  };
}

const upTo = (end: number): number[] => Array.from({ length: end }, (_, at) => at);

test('half a record waits for the rest of it', (t) => {
  const world = openWorld(t);
  const files = world.open();
  files.pass(NAMES);
  const write = world.start();
  write(records(0, 3) + record(3).slice(0, 40));
  files.pass(NAMES);
  assert.deepEqual(world.seen(), upTo(3));
  write(record(3).slice(40));
  files.pass(NAMES);
  assert.deepEqual(world.seen(), upTo(4));
});

test('a new process goes on where the last one is vouched for', (t) => {
  const world = openWorld(t);
  const write = world.start();
  write(records(0, 5));
  world.open().pass(NAMES);
  const state = join(world.folder, 'access-log.state');
  const before = readFileSync(state);
  write(records(5, 8));
  world.open().pass(NAMES);
  // As if it had been killed behind the append, before the state was written.
  writeFileSync(state, before);
  world.open().pass(NAMES);
  assert.deepEqual(world.seen(), upTo(8));
});

test('files turn over, and what is done of HAProxy\'s takes no room', (t) => {
  const world = openWorld(t, { turnOverBytes: 2_000, keptFiles: 2, recordsBytes: 1_000 });
  const files = world.open();
  const write = world.start();
  for (let n = 0; n < 40; n += 10) {
    write(records(n, n + 10));
    files.pass(NAMES);
  }
  // In a new process.
  write(records(40, 42));
  world.open().pass(NAMES);
  assert.deepEqual([...world.seen(`${LOG_FILE}.2`), ...world.seen(`${LOG_FILE}.1`), ...world.seen()], upTo(42).slice(20));
  assert.deepEqual(world.seen(`${LOG_FILE}.3`), []);
});

test('the room of what is done is given back under a HAProxy that never pauses', (t) => {
  const world = openWorld(t, { turnOverBytes: 10_000_000, keptFiles: 2, recordsBytes: 20_000 });
  const [files, write] = [world.open(), world.start()];
  for (let n = 0; n < 2_000; n += 200) {
    write(records(n, n + 200) + record(n + 200).slice(0, 40));
    files.pass(NAMES);
    write(record(n + 200).slice(40));
    files.pass(NAMES);
    // The block that is written to, and what the limit leaves.
    assert.ok(statSync(recordsPath(world.folder, 1)).blocks * 512 <= 20_000 + 2 * 4_096);
    assert.equal(hasWaitingRecords(world.folder), false);
  }
  world.open().pass(NAMES);
  assert.equal(world.seen().length, 2_010);
});

test('a record that was lost while the file was made empty leaves a hole, and nothing else', (t) => {
  const world = openWorld(t);
  const write = world.start();
  write(records(0, 5));
  const files = world.open();
  files.pass(NAMES);
  write(record(5));
  writeFileSync(recordsPath(world.folder, 1), '');
  write(record(6));
  files.pass(NAMES);
  assert.deepEqual(world.seen(), [...upTo(5), 6]);
});

test('another HAProxy writes another file; what the one before left is read to its end, and goes', (t) => {
  const world = openWorld(t);
  const [files, first] = [world.open(), world.start()];
  first(records(0, 3));
  files.pass(NAMES);
  const second = world.start();
  first(records(3, 5));
  second(records(5, 7));
  files.pass(NAMES);
  assert.deepEqual(recordFiles(world.folder), [1, 2]);
  files.pass(NAMES);
  assert.deepEqual([recordFiles(world.folder), world.seen()], [[2], upTo(7)]);
  second(records(7, 9));
  world.open().pass(NAMES);
  assert.deepEqual(world.seen(), upTo(9));
});

test('a piece at a time, over several files and new processes: every record once', (t) => {
  const world = openWorld(t, { turnOverBytes: 1_000_000, keptFiles: 2, recordsBytes: 1_000 });
  const first = world.start();
  first(records(0, 3_000));
  const second = world.start();
  second(records(3_000, 4_000));
  let pieces = 1;
  for (let waiting = world.open().pass(NAMES, 1); waiting > 0; pieces += 1) {
    const seen = world.seen().length;
    assert.equal(waiting, [...Array.from({ length: 4_000 }, (_, at) => record(at).length)].slice(seen).reduce((sum, length) => sum + length, 0));
    waiting = world.open().pass(NAMES, 1);
  }
  assert.ok(pieces > 2);
  assert.deepEqual(world.seen(), upTo(4_000));
});
