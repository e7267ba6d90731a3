// The row of an instance after its driver did something, or found something.
import type { Instance } from '#model/instance.ts';
import { requestTermination } from './end.ts';

export type Settlement =
  | { readonly kind: 'running' | 'stopped' | 'terminated' | 'died' }
  /** The machine could not be started. */
  | { readonly kind: 'refused'; readonly message: string };

/** The same row when there is nothing new; what was asked for meanwhile is kept and dealt with next. */
export function settleInstance(row: Instance, what: Settlement, now: number): Instance {
  switch (what.kind) {
    case 'running':
      return row.desired !== 'running' || row.state === 'running' ? row : without(row, 'running', now);
    case 'stopped':
      return row.desired !== 'stopped' || row.state === 'stopped' ? row : without(row, 'stopped', now);
    case 'terminated':
      return without({ ...row, desired: 'terminated' }, 'terminated', now);
    case 'died': {
      const reason = { code: 'Server.InternalError', message: 'Server.InternalError: The machine ended by itself.' };
      return without(requestTermination(row, now, reason), 'terminated', now);
    }
    case 'refused': {
      if (row.desired !== 'running') return row;
      const reason = { code: 'Server.InsufficientInstanceCapacity', message: `Server.InsufficientInstanceCapacity: ${what.message}` };
      // Terminating, not terminated: the driver is asked to take away what it may have left.
      return requestTermination(row, now, reason);
    }
  }
}

function without(row: Instance, state: Instance['state'], now: number): Instance {
  const { failure: _, ...rest } = row;
  return { ...rest, state, changedAt: now };
}
