// The pause program is a program: it runs, waits, and ends at SIGTERM.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitFor } from '#tests/support/wait-for.ts';
import { pauseImageTar, pauseProgram } from './pause-image.ts';

test('the image is the same every time, and differs by machine', () => {
  assert.deepEqual(pauseImageTar('x64'), pauseImageTar('x64'));
  assert.notEqual(pauseImageTar('x64').tag, pauseImageTar('arm64').tag);
  assert.throws(() => pauseProgram('mips'), /no pause program for mips/);
});

test('it ignores the ends of children, sleeps, and ends with 0 at SIGTERM', { skip: process.platform !== 'linux' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-pause-'));
  try {
    const path = join(folder, 'pause');
    writeFileSync(path, pauseProgram(process.arch), { mode: 0o755 });
    const child = spawn(path, { stdio: 'ignore' });
    const status = (): string => readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const childEnds = 1n << 16n;
    const ignores = (): boolean => (BigInt(`0x${/SigIgn:\s+(\w+)/.exec(status())?.[1] ?? '0'}`) & childEnds) !== 0n;
    await waitFor('asleep', () => /State:\s+S/.test(status()) && ignores());
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the arm64 program is what an assembler makes of it', () => {
  const words = new Uint32Array(Uint8Array.from(pauseProgram('arm64').subarray(120, 120 + 21 * 4)).buffer);
  const hex = [...words].map((w) => w.toString(16));
  // mov x0,#17; adr x1,action; mov x2,#0; mov x3,#8; mov x8,#134; svc #0
  assert.deepEqual([hex[0], hex[2], hex[3], hex[4], hex[5]], ['d2800220', 'd2800002', 'd2800103', 'd28010c8', 'd4000001']);
  const loop = words[18]!;
  assert.equal(loop >>> 24, 0x37, 'tbnz');
  const back = ((loop >> 5) & 0x3fff) - 0x4000;
  assert.equal(words[18 + back]! & 0x9f00001f, 0x10000000, 'it goes back to adr x0, mask');
});
