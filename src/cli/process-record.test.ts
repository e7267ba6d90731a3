// A record names one process and no other that later has its number.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRunning, loadRecord, recordOf, removeRecord, residentBytes, saveRecord } from './process-record.ts';
import type { ProcessRecord } from './process-record.ts';

test('a process runs until it ends, and is not taken for another with its pid', async () => {
  const child = spawn('sleep', ['60']);
  const record = recordOf(child.pid!, ['sleep', '60'])!;
  assert.equal(isRunning(record), true);
  assert.equal(isRunning({ ...record, startTicks: '1' }), false, 'another start time');
  assert.equal(isRunning({ ...record, bootId: 'earlier' }), false, 'another boot');
  assert.ok(residentBytes(record.pid) > 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(isRunning(record), false);
  assert.equal(residentBytes(record.pid), 0);
  assert.equal(recordOf(2 ** 30, []), undefined);
});

test('a record is read back as it was written; an absent or damaged one is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-record-'));
  try {
    assert.equal(loadRecord(folder, 'server'), undefined);
    const record: ProcessRecord = { pid: 7, startTicks: '12', bootId: 'b', command: ['node', 'x'] };
    saveRecord(join(folder, 'run'), 'server', record);
    assert.deepEqual(loadRecord(join(folder, 'run'), 'server'), record);
    writeFileSync(join(folder, 'agent.json'), '{"pid":');
    assert.equal(loadRecord(folder, 'agent'), undefined);
    assert.equal(isRunning(loadRecord(folder, 'agent')), false);
    removeRecord(join(folder, 'run'), 'server');
    removeRecord(join(folder, 'run'), 'server');
    assert.equal(loadRecord(join(folder, 'run'), 'server'), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
