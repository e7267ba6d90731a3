// Where the tasks of one launch go when a strategy names Auto Scaling group providers: to hosts of their providers that have room, else
// they wait for their provider to grow; a provider that cannot grow hands them on to those after it.
import type { CapacityProviderStrategyItem } from '#model/cluster.ts';
import type { Placement, PlacementFailure, PlacementResult } from '../placement/request.ts';
import { assignProviders } from './assign.ts';

export interface ProviderTarget {
  readonly capacityProviderName: string;
  /** Absent: it waits in PROVISIONING. */
  readonly placement?: Placement;
}

export interface ProviderMeans {
  /** Hosts of this provider for so many tasks. Asked once for a provider. */
  readonly place: (provider: string, count: number) => PlacementResult;
  /** Whether its group can still become larger, or is doing so. */
  readonly canGrow: (provider: string) => boolean;
  /** How many tasks may wait. */
  readonly waitingMax: number;
}

export interface SpreadLaunch {
  readonly targets: readonly ProviderTarget[];
  readonly failures: readonly PlacementFailure[];
}

export const NO_CAPACITY = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';

/** @param running tasks that are there already, by provider */
export function spreadLaunch(strategy: readonly CapacityProviderStrategyItem[], count: number, running: ReadonlyMap<string, number>, means: ProviderMeans): SpreadLaunch {
  const assigned = Map.groupBy(assignProviders(strategy, count, running), (provider) => provider);
  const targets: ProviderTarget[] = [];
  const waiting: string[] = [];
  let handedOn = 0;
  for (const { capacityProvider } of strategy) {
    const wanted = (assigned.get(capacityProvider)?.length ?? 0) + handedOn;
    if (wanted === 0) continue;
    const { placements } = means.place(capacityProvider, wanted);
    for (const placement of placements) targets.push({ capacityProviderName: capacityProvider, placement });
    const left = wanted - placements.length;
    handedOn = means.canGrow(capacityProvider) ? 0 : left;
    for (let i = 0; i < left - handedOn; i++) waiting.push(capacityProvider);
  }
  // Nobody after them: they wait for the first that can grow, else for room where they were meant to be.
  const last = strategy.find(({ capacityProvider }) => means.canGrow(capacityProvider))?.capacityProvider ?? [...assigned.keys()].at(-1);
  for (let i = 0; i < handedOn; i++) if (last !== undefined) waiting.push(last);
  const may = waiting.slice(0, Math.max(0, means.waitingMax));
  for (const capacityProviderName of may) targets.push({ capacityProviderName });
  return { targets, failures: may.length < waiting.length ? [{ reason: NO_CAPACITY }] : [] };
}
