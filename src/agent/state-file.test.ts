// The state file: what was put is there again, whatever happened to the end of the file.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStateFile } from './state-file.ts';

function inFolder(run: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-state-'));
    try {
      await run(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

test('values, changes and removals are there after opening again', inFolder(async (folder) => {
  const file = openStateFile(folder);
  file.put('a', { n: 1 });
  file.put('b', [1]);
  file.put('a', { n: 2 });
  file.put('b', undefined);
  await file.close();
  const again = openStateFile(folder);
  assert.deepEqual([...again.entries], [['a', { n: 2 }]]);
  await again.close();
}));

test('a put is in the file without any flush', inFolder(async (folder) => {
  const file = openStateFile(folder);
  file.put('a', 1);
  await Promise.resolve();
  assert.match(readFileSync(join(folder, 'agent-state.jsonl'), 'utf8'), /\["a",1\]/);
  await file.close();
}));

test('a torn last line costs only itself', inFolder(async (folder) => {
  const file = openStateFile(folder);
  file.put('a', 1);
  await file.close();
  appendFileSync(join(folder, 'agent-state.jsonl'), '["b",{"half":');
  const again = openStateFile(folder);
  assert.deepEqual([...again.entries], [['a', 1]]);
  again.put('c', 3);
  await again.close();
  const third = openStateFile(folder);
  assert.deepEqual([...third.entries], [['a', 1], ['c', 3]]);
  await third.close();
}));

test('many who flush at once share a sync, and the file does not grow without end', inFolder(async (folder) => {
  const file = openStateFile(folder);
  const large = 'x'.repeat(100_000);
  for (let round = 0; round < 200; round++) file.put('a', [round, large]);
  await Promise.all(Array.from({ length: 50 }, () => file.flush()));
  await file.close();
  const again = openStateFile(folder);
  assert.deepEqual((again.entries.get('a') as [number])[0], 199);
  await again.close();
  assert.ok(statSync(join(folder, 'agent-state.jsonl')).size < 200_000);
}));
