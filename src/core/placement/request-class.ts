// All requests that ask for the same (size, attributes, constraints, strategy, group) share what is known of the hosts: who fits,
// and in what order. It is brought up to date by looking again at the hosts that changed, so that a placement costs what
// changed and a few steps, however many hosts there are. Exact: every host is accounted for.
import { must } from '#base/assert.ts';
import { refusal } from './eligibility.ts';
import type { HasAttributes } from './eligibility.ts';
import { POOL_ZONE_ATTRIBUTE, attributeValue } from './host-capacity.ts';
import type { HostCapacity } from './host-capacity.ts';
import type { MemberOf } from './member-of.ts';
import { keysOf, openRanking } from './ranking.ts';
import type { Level, RankedHost, Ranking } from './ranking.ts';
import { chanceAt, placementOf, whyNone } from './place.ts';
import type { Placement, PlacementFailure, PlacementRequest, PlacementResult } from './request.ts';

interface Entry extends RankedHost {
  readonly fits: boolean;
  /** Tasks of the group on it when it was looked at. */
  readonly groupTasks: number;
}

/** What decides about hosts, as text: requests with the same key are of one class. */
export function classKey(request: PlacementRequest): string {
  const { launchType, reserved, requiresAttributes, constraints, strategy, zones, group } = request;
  const usesGroup = launchType !== 'FARGATE' && (constraints.length > 0 || strategy.some((s) => s.type === 'spread'));
  return JSON.stringify([launchType, reserved, requiresAttributes, constraints, strategy, zones ?? [], usesGroup ? group : '']);
}

/** Stands for the zone of a pool host that takes tasks of every zone. */
const ANY_ZONE = '\0';

export class RequestClass {
  readonly #request: PlacementRequest;
  readonly #memberOf: readonly MemberOf[];
  readonly #hasAttributes: HasAttributes;
  readonly #levels: readonly Level[];
  readonly #ranking: Ranking;
  /** By the host's slot in the pool. */
  readonly #entries: (Entry | undefined)[] = [];
  /** Tasks of the group by field of a grouped level and value, hosts without room included. */
  readonly #counts = new Map<string, Map<string, number>>();
  /** Slots of hosts that the last request was tried on: to be looked at again. */
  readonly #touched = new Set<number>();
  /** FARGATE: tasks by zone, of the request that is being placed. */
  #zoneCounts: Map<string, number> | undefined;
  #fittingAnyZone = 0;
  #failures: readonly PlacementFailure[] | undefined;
  /** How far in the pool's changes it has read; the pool keeps it. */
  cursor = 0;

  /** @param hasAttributes whether a host has what the request requires: the same for all requests that require the same */
  constructor(request: PlacementRequest, memberOf: readonly MemberOf[], hasAttributes: HasAttributes) {
    this.#request = request;
    this.#memberOf = memberOf;
    this.#hasAttributes = hasAttributes;
    this.#levels = request.launchType === 'FARGATE' ? this.#fargateLevels() : this.#strategyLevels();
    this.#ranking = openRanking(this.#levels);
  }

  /** Looks again at these slots of the pool, and at those that the last request was tried on. */
  refresh(changed: Iterable<number>, slots: readonly (HostCapacity | undefined)[]): void {
    for (const slot of this.#touched) this.#put(slot, slots[slot]);
    this.#touched.clear();
    for (const slot of changed) this.#put(slot, slots[slot]);
  }

  /** Chooses hosts for `request.count` tasks. To be called after `refresh`. */
  place(request: PlacementRequest): PlacementResult {
    this.#zoneCounts = request.zoneCounts && new Map(request.zoneCounts);
    const placements: Placement[] = [];
    while (placements.length < request.count) {
      const chosen = this.#choose(chanceAt(request.random, placements.length));
      if (chosen === undefined) return { placements, failures: this.#whyNone(request, placements.length) };
      const own = this.#touched.has(chosen.slot) ? chosen : chosen.copy();
      own.take({ group: request.group ?? '', reserved: request.reserved });
      this.#touched.add(own.slot);
      this.#put(own.slot, own);
      const placement = placementOf(own, request, placements);
      if (this.#zoneCounts !== undefined) add(this.#zoneCounts, placement.availabilityZone, 1);
      placements.push(placement);
    }
    return { placements, failures: [] };
  }

  #choose(chance: number): HostCapacity | undefined {
    const sets = this.#ranking.best();
    let left = Math.floor(chance * sets.reduce((sum, set) => sum + set.size, 0));
    for (const set of sets) {
      if (left < set.size) return must(set.at(left), 'a host of the set').capacity;
      left -= set.size;
    }
    return undefined;
  }

  /** Kept until a host changes: a service that finds no place asks again and again. */
  #whyNone(request: PlacementRequest, placed: number): readonly PlacementFailure[] {
    const reasons = (): readonly PlacementFailure[] => whyNone(this.#entries.flatMap((entry) => entry?.capacity ?? []), request, this.#memberOf);
    return placed > 0 || request.onlyHosts !== undefined ? reasons() : (this.#failures ??= reasons());
  }

  #put(slot: number, capacity: HostCapacity | undefined): void {
    this.#failures = undefined;
    const before = this.#entries[slot];
    if (before !== undefined) this.#change(before, -1);
    const { launchType, group } = this.#request;
    if (capacity === undefined || capacity.host.status !== 'ACTIVE' || capacity.host.launchType !== launchType) {
      this.#entries[slot] = undefined;
      return;
    }
    const entry: Entry = {
      capacity,
      keys: keysOf(this.#levels, capacity),
      place: 0,
      fits: refusal(capacity, this.#request, this.#memberOf, this.#hasAttributes) === undefined,
      groupTasks: capacity.groups.get(group ?? '') ?? 0,
    };
    this.#entries[slot] = entry;
    this.#change(entry, 1);
  }

  #change(entry: Entry, sign: 1 | -1): void {
    for (const [field, values] of this.#counts) add(values, attributeOf(entry.capacity, field), sign * entry.groupTasks);
    if (!entry.fits) return;
    if (sign > 0) this.#ranking.add(entry);
    else this.#ranking.remove(entry);
    if (entry.keys[0] === ANY_ZONE) this.#fittingAnyZone += sign;
  }

  #strategyLevels(): Level[] {
    const { strategy, group } = this.#request;
    return strategy.flatMap(({ type, field = 'instanceId' }): Level[] => {
      if (type === 'random') return [];
      if (type === 'binpack') return [{ kind: 'ordered', keyOf: (host) => (field.toLowerCase() === 'cpu' ? host.cpu : host.memoryMiB) }];
      // A host is its own value: it is sorted by its own tasks.
      if (!field.startsWith('attribute:')) return [{ kind: 'ordered', keyOf: (host) => host.groups.get(group ?? '') ?? 0 }];
      const values = new Map<string, number>();
      this.#counts.set(field, values);
      return [{ kind: 'grouped', keyOf: (host) => attributeOf(host, field), countOf: (value) => values.get(value) ?? 0 }];
    });
  }

  /** The zone with the fewest tasks, as long as every host that fits is tied to one; then the host with the most CPU left. */
  #fargateLevels(): Level[] {
    return [
      {
        kind: 'grouped',
        keyOf: ({ host }) => attributeValue(host, POOL_ZONE_ATTRIBUTE) ?? ANY_ZONE,
        countOf: (zone) => (this.#fittingAnyZone > 0 ? 0 : (this.#zoneCounts?.get(zone) ?? 0)),
      },
      { kind: 'ordered', keyOf: (host) => -host.cpu },
    ];
  }
}

/** @param field `attribute:<name>` */
function attributeOf({ host }: HostCapacity, field: string): string {
  return attributeValue(host, field.slice('attribute:'.length)) ?? '';
}

function add(counts: Map<string, number>, value: string, by: number): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}
