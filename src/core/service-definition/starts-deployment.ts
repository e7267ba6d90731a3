// Which updates of a service start a new deployment, and which only change how the running one is kept.
import type { ServiceSpec } from '#model/service.ts';

/** True when tasks of `after` would differ from those of `before`: everything in the spec decides, nothing outside it does (SD9). */
export function startsDeployment(before: ServiceSpec, after: ServiceSpec): boolean {
  return !sameValue(before, after);
}

/** Whether two plain values are equal, whatever the order of their members; a member that is undefined counts as absent. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const key of keys) if (!sameValue(left[key], right[key])) return false;
  return true;
}
