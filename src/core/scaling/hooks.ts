// Lifecycle hooks: how long an instance waits for them and what follows.
import type { GroupInstance, HookWait, LifecycleHook } from '#model/auto-scaling-group.ts';

const LONGEST_MS = 48 * 3_600_000;

/** What a member waits for when it enters a transition; tokens are given when it is written. */
export function waitsFor(hooks: readonly LifecycleHook[], transition: LifecycleHook['transition'], now: number): HookWait[] {
  return hooks
    .filter((hook) => hook.transition === transition)
    .map((hook) => {
      const timeoutMs = hook.heartbeatTimeoutSeconds * 1000;
      return { hookName: hook.name, token: '', expiresAt: now + timeoutMs, latestAt: now + Math.min(LONGEST_MS, 100 * timeoutMs) };
    });
}

/** The member without the waits whose time is over; hooks that are gone hold nobody. The same row when nothing is over. */
export function expireWaits(row: GroupInstance, hooks: readonly LifecycleHook[], now: number): GroupInstance {
  const over = row.waits.filter((wait) => wait.expiresAt <= now || !hooks.some((hook) => hook.name === wait.hookName));
  if (over.length === 0) return row;
  const launching = row.lifecycleState.startsWith('Pending');
  const abandons = over.some((wait) => hooks.find((hook) => hook.name === wait.hookName)?.defaultResult === 'ABANDON');
  const waits = row.waits.filter((wait) => !over.includes(wait));
  return launching && abandons ? { ...row, waits: [], abandoned: true } : { ...row, waits };
}

/** The member after CompleteLifecycleAction. */
export function completeWait(row: GroupInstance, hookName: string, result: 'CONTINUE' | 'ABANDON'): GroupInstance {
  // Abandoning ends every other wait as well.
  if (result === 'ABANDON') return { ...row, waits: [], ...(row.lifecycleState.startsWith('Pending') ? { abandoned: true as const } : {}) };
  return { ...row, waits: row.waits.filter((wait) => wait.hookName !== hookName) };
}
