// kill -9 at any moment: every acknowledged batch is there afterwards, whole and once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '#base/logger.ts';
import { firstBoundary, lastBoundary } from '#core/telemetry/log-event.ts';
import { openLogStore } from './log-store.ts';

/** Runs the child until it has acknowledged this many batches, kills it, and gives every acknowledgement it wrote. */
function runAndKill(folder: string, firstNumber: number, killAfter: number): Promise<number[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./crash-child.ts', import.meta.url)), folder, String(firstNumber)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    if (text.split('\n').length > killAfter) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('close', () => resolve(text.split('\n').slice(0, -1).map(Number))));
}

test('acknowledged events survive kill -9, whole and once, over several crashes', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-crash-'));
  const acknowledged: number[] = [];
  for (let round = 0; round < 4; round++) acknowledged.push(...(await runAndKill(folder, round * 100_000, 40 + round * 37)));
  const store = await openLogStore({ folder, log: silentLogger });
  const counts = new Map<string, number>();
  let from = firstBoundary;
  for (;;) {
    const page = await store.read({ groupId: '00000000000000aa', from, to: lastBoundary, descending: false, limit: 10_000, maxBytes: 1 << 20 });
    for (const { message } of page.events) {
      const key = message.split(' ').slice(0, 2).join(' ');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    if (!page.next) break;
    from = page.next;
  }
  await store.close();
  assert.ok(acknowledged.length >= 160);
  for (const batch of acknowledged) for (let i = 0; i < 10; i++) assert.equal(counts.get(`${batch} ${i}`), 1, `event ${i} of acknowledged batch ${batch}`);
  for (const [key, count] of counts) assert.equal(count, 1, `${key} is stored more than once`);
  rmSync(folder, { recursive: true });
});
