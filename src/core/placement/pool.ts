// The hosts of one cluster, or of the Fargate pool, and what each class of requests knows of them. Changes are numbered: a class
// that is asked again looks at the hosts that changed since, and is made anew when that is too long ago.
import type { HostCapacity } from './host-capacity.ts';
import { parseMemberOf } from './member-of.ts';
import type { MemberOf } from './member-of.ts';
import type { PlacementRequest, PlacementResult } from './request.ts';
import { RequestClass, classKey } from './request-class.ts';

/** Entries that the classes of a pool may hold together, some 200 bytes each. */
const MOST_ENTRIES = 400_000;
const FEWEST_CLASSES = 4;
const FEWEST_CHANGES = 4_096;

export class Pool {
  readonly #hosts = new Map<string, HostCapacity>();
  /** Least recently used first. */
  readonly #classes = new Map<string, RequestClass>();
  /** Hosts that changed, the first of them as number `#forgotten`. */
  #changed: string[] = [];
  #forgotten = 0;

  get size(): number {
    return this.#hosts.size;
  }

  put(capacity: HostCapacity): void {
    this.#hosts.set(capacity.host.arn, capacity);
    this.touch(capacity.host.arn);
  }

  delete(arn: string): void {
    this.#hosts.delete(arn);
    this.touch(arn);
  }

  /** Something of this host is not as it was. */
  touch(arn: string): void {
    if (this.#classes.size === 0) return;
    this.#changed.push(arn);
    if (this.#changed.length <= Math.max(FEWEST_CHANGES, 2 * this.#hosts.size)) return;
    const half = this.#changed.length >> 1;
    this.#changed = this.#changed.slice(half);
    this.#forgotten += half;
  }

  place(request: PlacementRequest): PlacementResult {
    const memberOf: MemberOf[] = [];
    for (const constraint of request.constraints) {
      if (constraint.type !== 'memberOf') continue;
      const parsed = parseMemberOf(constraint.expression);
      if (!parsed.ok) return { placements: [], failures: [{ reason: parsed.reason }] };
      memberOf.push(parsed.matches);
    }
    const find = (arn: string): HostCapacity | undefined => this.#hosts.get(arn);
    if (request.onlyHosts !== undefined) {
      const few = new RequestClass(request, memberOf);
      few.refresh(request.onlyHosts, find);
      return few.place(request);
    }
    return this.#class(request, memberOf, find).place(request);
  }

  #class(request: PlacementRequest, memberOf: readonly MemberOf[], find: (arn: string) => HostCapacity | undefined): RequestClass {
    const key = classKey(request);
    const known = this.#classes.get(key);
    this.#classes.delete(key);
    const fresh = known === undefined || known.cursor < this.#forgotten ? new RequestClass(request, memberOf) : known;
    fresh.refresh(fresh === known ? this.#changed.slice(known.cursor - this.#forgotten) : this.#hosts.keys(), find);
    fresh.cursor = this.#forgotten + this.#changed.length;
    this.#classes.set(key, fresh);
    if (this.#classes.size > Math.max(FEWEST_CLASSES, MOST_ENTRIES / Math.max(1, this.#hosts.size))) this.#forgetOldest();
    return fresh;
  }

  #forgetOldest(): void {
    for (const key of this.#classes.keys()) {
      this.#classes.delete(key);
      return;
    }
  }
}
