// What is to be done with the machines: rows of instances against what a driver lists. Total, and empty when both agree.
import type { Instance } from '#model/instance.ts';
import type { Settlement } from './settle.ts';

/** As a driver says it; a machine that is not listed is not there. */
export type MachineState = 'up' | 'off' | 'dead';

export type InstanceStep =
  | { readonly kind: 'start'; readonly id: string; readonly settle: Settlement }
  | { readonly kind: 'stop'; readonly id: string; readonly how: 'keep' | 'forget'; readonly settle?: Settlement }
  /** Nothing to do but to write it down. */
  | { readonly kind: 'note'; readonly id: string; readonly settle: Settlement };

/**
 * @param rows of instances that are not terminated
 * @param listed every machine of the driver
 */
export function planInstanceSteps(rows: readonly Instance[], listed: ReadonlyMap<string, MachineState>): InstanceStep[] {
  const steps = rows.flatMap((row) => stepOf(row, listed.get(row.id)) ?? []);
  const known = new Set(rows.map(({ id }) => id));
  // Nobody's machine any more: its row ended while the driver could not be reached, or was lost with an old state.
  for (const id of listed.keys()) if (!known.has(id)) steps.push({ kind: 'stop', id, how: 'forget' });
  return steps;
}

function stepOf(row: Instance, machine: MachineState | undefined): InstanceStep | undefined {
  const { id } = row;
  if (row.desired === 'terminated') return { kind: 'stop', id, how: 'forget', settle: { kind: 'terminated' } };
  if (row.desired === 'stopped') {
    if (row.state === 'stopped' && machine !== 'up') return undefined;
    return { kind: 'stop', id, how: 'keep', settle: { kind: 'stopped' } };
  }
  if (row.state === 'pending') return { kind: 'start', id, settle: { kind: 'running' } };
  if (machine === 'up') return row.state === 'running' ? undefined : { kind: 'note', id, settle: { kind: 'running' } };
  // Off: this host was booted meanwhile; EC2 would have moved the instance and started it again.
  if (machine === 'off') return { kind: 'start', id, settle: { kind: 'running' } };
  return { kind: 'stop', id, how: 'forget', settle: { kind: 'died' } };
}
