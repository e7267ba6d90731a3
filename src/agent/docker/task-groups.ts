// A task's own cgroup, in which its containers' cgroups lie: it holds the task to its size whatever the containers may do.
// cgroup v1 and v2 by their files; with Docker's systemd driver as a slice, which systemd makes.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { done, failed } from '../runtime.ts';
import type { Outcome, RuntimeInfo, TaskGroupSpec } from '../runtime.ts';

export interface TaskGroups {
  ensure(spec: TaskGroupSpec): Promise<Outcome<string>>;
  remove(id: string): Promise<Outcome<void>>;
}

const ROOT = '/sys/fs/cgroup';
const PARENT = 'longshore';
const PERIOD_US = 100_000;
/** The kernel refuses less than a millisecond of quota. */
const LEAST_QUOTA_US = 1000;

/** @param root where cgroups are mounted; another folder in tests */
export function taskGroups(info: Pick<RuntimeInfo, 'cgroupDriver' | 'cgroupVersion'>, root = ROOT): TaskGroups {
  if (info.cgroupDriver === 'systemd') return slices();
  return info.cgroupVersion === 2 ? unified(root) : hierarchies(root);
}

function guarded<T>(what: string, run: () => T): Outcome<T> {
  try {
    return done(run());
  } catch (error) {
    return failed('ResourceInitializationError', `unable to ${what} the task's cgroup: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function quotaUs(cpu: number): number {
  return Math.max(LEAST_QUOTA_US, Math.round(cpu * PERIOD_US));
}

/** v1: a folder in every hierarchy that limits something; Docker makes the others as it needs them. */
function hierarchies(root: string): TaskGroups {
  return {
    ensure: (spec) => Promise.resolve(guarded('create', () => {
      if (spec.cpu > 0) {
        const folder = join(root, 'cpu', PARENT, spec.id);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
        writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quotaUs(spec.cpu)));
      }
      if (spec.memoryBytes > 0) {
        const folder = join(root, 'memory', PARENT, spec.id);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'memory.limit_in_bytes'), String(spec.memoryBytes));
      }
      return `/${PARENT}/${spec.id}`;
    })),
    remove: (id) => Promise.resolve(guarded('remove', () => {
      for (const hierarchy of readdirSync(root)) removeFolder(join(root, hierarchy, PARENT, id));
    })),
  };
}

function unified(root: string): TaskGroups {
  return {
    ensure: (spec) => Promise.resolve(guarded('create', () => {
      const folder = join(root, PARENT, spec.id);
      mkdirSync(folder, { recursive: true });
      for (const above of [root, join(root, PARENT), folder]) writeFileSync(join(above, 'cgroup.subtree_control'), '+cpu +memory +pids');
      if (spec.cpu > 0) writeFileSync(join(folder, 'cpu.max'), `${quotaUs(spec.cpu)} ${PERIOD_US}`);
      if (spec.memoryBytes > 0) writeFileSync(join(folder, 'memory.max'), String(spec.memoryBytes));
      return `/${PARENT}/${spec.id}`;
    })),
    remove: (id) => Promise.resolve(guarded('remove', () => removeFolder(join(root, PARENT, id)))),
  };
}

/** Containers' own groups may linger empty for a moment after their end. */
function removeFolder(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) rmdirSync(join(folder, entry.name));
  rmdirSync(folder);
}

/** `longshore-<id>.slice` lies in `longshore.slice`. Limits live until the slice is stopped. */
function slices(): TaskGroups {
  const systemctl = async (...args: string[]): Promise<Outcome<void>> => {
    try {
      await promisify(execFile)('systemctl', args);
      return done(undefined);
    } catch (error) {
      return failed('ResourceInitializationError', `unable to set up the task's slice: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    async ensure(spec) {
      const slice = `${PARENT}-${spec.id}.slice`;
      const limits = [...(spec.cpu > 0 ? [`CPUQuota=${Math.round(spec.cpu * 100)}%`] : []), ...(spec.memoryBytes > 0 ? [`MemoryMax=${spec.memoryBytes}`, `MemoryLimit=${spec.memoryBytes}`] : [])];
      const started = await systemctl('start', slice);
      if (!started.ok) return started;
      const set = await systemctl('set-property', '--runtime', slice, ...limits);
      return set.ok ? done(slice) : set;
    },
    remove: (id) => systemctl('stop', `${PARENT}-${id}.slice`),
  };
}
