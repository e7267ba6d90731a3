// The files of a task's cgroup, on a folder that looks like the kernel's.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { quotaUs, taskGroups } from './task-groups.ts';

function inFolder(run: (root: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const root = mkdtempSync(join(tmpdir(), 'longshore-cgroup-'));
    try {
      await run(root);
    } finally {
      rmSync(root, { recursive: true });
    }
  };
}

test('v1: quota in the cpu hierarchy, limit in the memory one', inFolder(async (root) => {
  for (const hierarchy of ['cpu', 'memory', 'pids']) mkdirSync(join(root, hierarchy));
  const groups = taskGroups({ cgroupDriver: 'cgroupfs', cgroupVersion: 1 }, root);
  assert.deepEqual(await groups.ensure({ id: 't1', cpu: 0.25, memoryBytes: 512 << 20 }), { ok: true, value: '/longshore/t1' });
  assert.equal(readFileSync(join(root, 'cpu/longshore/t1/cpu.cfs_quota_us'), 'utf8'), '25000');
  assert.equal(readFileSync(join(root, 'memory/longshore/t1/memory.limit_in_bytes'), 'utf8'), String(512 << 20));
}));

test('v2: one folder, with its controllers switched on all the way down', inFolder(async (root) => {
  const groups = taskGroups({ cgroupDriver: 'cgroupfs', cgroupVersion: 2 }, root);
  await groups.ensure({ id: 't1', cpu: 2, memoryBytes: 0 });
  assert.equal(readFileSync(join(root, 'longshore/t1/cpu.max'), 'utf8'), '200000 100000');
  assert.ok(!existsSync(join(root, 'longshore/t1/memory.max')));
  for (const above of ['', 'longshore', 'longshore/t1']) assert.equal(readFileSync(join(root, above, 'cgroup.subtree_control'), 'utf8'), '+cpu +memory +pids');
}));

test('a cgroup that cannot be made is a ResourceInitializationError', inFolder(async (root) => {
  writeFileSync(join(root, 'cpu'), 'a file, not a folder');
  const outcome = await taskGroups({ cgroupDriver: 'cgroupfs', cgroupVersion: 1 }, root).ensure({ id: 't', cpu: 1, memoryBytes: 0 });
  assert.equal(!outcome.ok && outcome.failure.name, 'ResourceInitializationError');
}));

test('a quota is never less than the kernel takes', () => {
  assert.deepEqual([quotaUs(0.25), quotaUs(4), quotaUs(0.001)], [25_000, 400_000, 1000]);
});
