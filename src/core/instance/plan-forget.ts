// How long a terminated instance can still be described: about an hour, as in EC2.
import type { Plan } from '../task/plan.ts';
import type { Instance } from '#model/instance.ts';

const KEPT_MS = 3_600_000;

export function planForgetInstance(instance: Instance, now: number): Plan<{ readonly id: string }> {
  if (instance.state !== 'terminated') return { actions: [], why: 'it is not terminated' };
  const at = instance.changedAt + KEPT_MS;
  return now < at ? { actions: [], wakeAt: at, why: 'it can still be described' } : { actions: [{ id: instance.id }], why: 'its hour is over' };
}
