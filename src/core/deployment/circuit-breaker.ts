// The deployment circuit breaker: how many failed tasks end a deployment.
import type { CircuitBreaker } from '#model/service.ts';

const DEFAULT = { type: 'BOUNDED_PERCENT', value: 50 } as const;
const BOUNDED_MIN = 3;
const BOUNDED_MAX = 200;

/** DP4. Percentages are of the latest desired count, rounded up; never less than one task. */
export function breakerThreshold(breaker: CircuitBreaker, desired: number): number {
  const { type, value } = breaker.thresholdConfiguration ?? DEFAULT;
  if (type === 'COUNT') return Math.max(1, value);
  const share = Math.ceil((desired * value) / 100);
  return type === 'BOUNDED_PERCENT' ? Math.min(BOUNDED_MAX, Math.max(BOUNDED_MIN, share)) : Math.max(1, share);
}
