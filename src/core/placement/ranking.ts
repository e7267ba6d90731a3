// Hosts in the order of a request's strategies, kept as hosts change: a tree with one level for each strategy and, at its
// leaves, the hosts that are equally good. Finding the best costs a step a level, moving one host a binary search a level.
import type { HostCapacity } from './host-capacity.ts';

/** A host in a ranking. `keys` are what it was sorted by, one for each level: by them it is found again. */
export interface RankedHost {
  readonly capacity: HostCapacity;
  readonly keys: readonly (number | string)[];
  /** Its number in the set it is in: the set's own. */
  place: number;
}

/** Sorts by a number of the host itself: free memory, or tasks of the group on it. */
export interface OrderedLevel {
  readonly kind: 'ordered';
  readonly keyOf: (capacity: HostCapacity) => number;
}

/** Sorts by a number that belongs to a value which hosts share, such as a zone: `countOf` is asked anew each time. */
export interface GroupedLevel {
  readonly kind: 'grouped';
  readonly keyOf: (capacity: HostCapacity) => string;
  readonly countOf: (value: string) => number;
}

export type Level = OrderedLevel | GroupedLevel;

export interface Ranking {
  readonly size: number;
  add(host: RankedHost): void;
  remove(host: RankedHost): void;
  /** The equally best hosts, in one or more sets; none when it is empty. */
  best(): readonly HostSet[];
  /** The numbers of the best hosts, level by level. Not to be asked of an empty ranking. */
  rank(): readonly number[];
}

/** @param levels of the strategies, in their order */
export function openRanking(levels: readonly Level[], depth = 0): Ranking {
  const level = levels[depth];
  if (level === undefined) return new HostSet();
  const open = (): Ranking => openRanking(levels, depth + 1);
  return level.kind === 'ordered' ? new Ordered(depth, open) : new Grouped(depth, open, level.countOf);
}

/** The keys of a host as it is now. */
export function keysOf(levels: readonly Level[], capacity: HostCapacity): readonly (number | string)[] {
  return levels.map((level) => level.keyOf(capacity));
}

/** Hosts without an order, any of which can be had by number. */
export class HostSet implements Ranking {
  readonly #hosts: RankedHost[] = [];

  get size(): number {
    return this.#hosts.length;
  }

  at(index: number): RankedHost | undefined {
    return this.#hosts[index];
  }

  add(host: RankedHost): void {
    host.place = this.#hosts.length;
    this.#hosts.push(host);
  }

  remove(host: RankedHost): void {
    const last = this.#hosts.pop();
    if (last === undefined || last === host) return;
    this.#hosts[host.place] = last;
    last.place = host.place;
  }

  best(): readonly HostSet[] {
    return this.size === 0 ? [] : [this];
  }

  rank(): readonly number[] {
    return [];
  }
}

class Ordered implements Ranking {
  readonly #depth: number;
  readonly #open: () => Ranking;
  readonly #children = new Map<number, Ranking>();
  /** Ascending. */
  readonly #keys: number[] = [];
  size = 0;

  constructor(depth: number, open: () => Ranking) {
    this.#depth = depth;
    this.#open = open;
  }

  add(host: RankedHost): void {
    const key = host.keys[this.#depth] as number;
    let child = this.#children.get(key);
    if (child === undefined) {
      this.#children.set(key, (child = this.#open()));
      this.#keys.splice(firstNotBelow(this.#keys, key), 0, key);
    }
    child.add(host);
    this.size += 1;
  }

  remove(host: RankedHost): void {
    const key = host.keys[this.#depth] as number;
    const child = this.#children.get(key);
    if (child === undefined) return;
    child.remove(host);
    this.size -= 1;
    if (child.size > 0) return;
    this.#children.delete(key);
    this.#keys.splice(firstNotBelow(this.#keys, key), 1);
  }

  best(): readonly HostSet[] {
    return this.#first()?.best() ?? [];
  }

  rank(): readonly number[] {
    return [this.#keys[0] ?? Infinity, ...(this.#first()?.rank() ?? [])];
  }

  #first(): Ranking | undefined {
    return this.#children.get(this.#keys[0] as number);
  }
}

class Grouped implements Ranking {
  readonly #depth: number;
  readonly #open: () => Ranking;
  readonly #countOf: (value: string) => number;
  readonly #children = new Map<string, Ranking>();
  size = 0;

  constructor(depth: number, open: () => Ranking, countOf: (value: string) => number) {
    this.#depth = depth;
    this.#open = open;
    this.#countOf = countOf;
  }

  add(host: RankedHost): void {
    const value = host.keys[this.#depth] as string;
    let child = this.#children.get(value);
    if (child === undefined) this.#children.set(value, (child = this.#open()));
    child.add(host);
    this.size += 1;
  }

  remove(host: RankedHost): void {
    const value = host.keys[this.#depth] as string;
    const child = this.#children.get(value);
    if (child === undefined) return;
    child.remove(host);
    this.size -= 1;
    if (child.size === 0) this.#children.delete(value);
  }

  best(): readonly HostSet[] {
    return this.#leaders().flatMap((child) => child.best());
  }

  rank(): readonly number[] {
    const [first] = this.#leaders();
    return [this.#least(), ...(first?.rank() ?? [])];
  }

  #least(): number {
    let least = Infinity;
    for (const value of this.#children.keys()) least = Math.min(least, this.#countOf(value));
    return least;
  }

  /** Of the values with the fewest tasks, those whose hosts are best by the levels below. */
  #leaders(): Ranking[] {
    const least = this.#least();
    let leaders: Ranking[] = [];
    let best: readonly number[] = [];
    for (const [value, child] of this.#children) {
      if (this.#countOf(value) !== least) continue;
      const rank = child.rank();
      const order = leaders.length === 0 ? -1 : compare(rank, best);
      if (order < 0) [leaders, best] = [[child], rank];
      else if (order === 0) leaders.push(child);
    }
    return leaders;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}

/** Where `key` is in ascending `keys`, or would be. */
function firstNotBelow(keys: readonly number[], key: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
