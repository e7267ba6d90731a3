// Records become lines once each, whatever happens between two passes.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { LOG_FILE, openAccessLogFiles, RECORDS_FILE, type AccessLogFiles, type AccessLogLimits } from './access-log-files.ts';

const NAMES = { groups: new Map(), certificates: new Map() };
const record = (n: number): string => `${1_530_569_000_000_000 + n} app/l/1 http:80 1.2.3.4:5 tg-1 10.0.0.1:80 3 0 0 1 1 -- 200 1 2 0/tg-1 - {a.test|u|Root=1} GET /${n} HTTP/1.1\n`;

function openWorld(t: TestContext, limits?: AccessLogLimits): { records: string; open(): AccessLogFiles; write(from: number, to: number): void; seen(name?: string): number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-access-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const records = join(folder, RECORDS_FILE);
  return {
    records,
    open: () => openAccessLogFiles(folder, limits),
    write: (from, to) => appendFileSync(records, Array.from({ length: to - from }, (_, at) => record(from + at)).join('')),
    seen: (name = LOG_FILE) => (existsSync(join(folder, name)) ? [...readFileSync(join(folder, name), 'utf8').matchAll(/"GET http:\/\/a\.test:80\/(\d+) /g)].map((match) => Number(match[1])) : []),
  };
}

const upTo = (end: number): number[] => Array.from({ length: end }, (_, at) => at);

test('half a record waits for the rest of it', (t) => {
  const world = openWorld(t);
  const files = world.open();
  assert.equal(files.pass(NAMES), 0);
  world.write(0, 3);
  appendFileSync(world.records, record(3).slice(0, 40));
  assert.ok(files.pass(NAMES) > 0);
  appendFileSync(world.records, record(3).slice(40));
  assert.deepEqual(world.seen(), upTo(3));
  files.pass(NAMES);
  assert.deepEqual(world.seen(), upTo(4));
});

test('a new process goes on where the last one is vouched for', (t) => {
  const world = openWorld(t);
  world.write(0, 5);
  world.open().pass(NAMES);
  // Killed behind the append, before the state was written.
  const folder = join(world.records, '..');
  const state = readFileSync(join(folder, 'access-log.state'));
  world.write(5, 8);
  world.open().pass(NAMES);
  writeFileSync(join(folder, 'access-log.state'), state);
  world.open().pass(NAMES);
  assert.deepEqual(world.seen(), upTo(8));
});

test('files turn over, and HAProxy\'s is made empty when all of it is done', (t) => {
  const world = openWorld(t, { turnOverBytes: 2_000, keptFiles: 2, recordsBytes: 1_000 });
  const files = world.open();
  for (let n = 0; n < 40; n += 10) {
    world.write(n, n + 10);
    files.pass(NAMES);
  }
  assert.equal(statSync(world.records).size, 0);
  assert.deepEqual([...world.seen(`${LOG_FILE}.2`), ...world.seen(`${LOG_FILE}.1`), ...world.seen()], upTo(40).slice(20));
  assert.deepEqual(world.seen(`${LOG_FILE}.3`), []);
});

test('HAProxy\'s file made empty before the state says so is read from its beginning', (t) => {
  const world = openWorld(t);
  world.write(0, 5);
  world.open().pass(NAMES);
  rmSync(world.records);
  world.write(5, 20);
  world.open().pass(NAMES);
  assert.deepEqual(world.seen(), upTo(20));
});
