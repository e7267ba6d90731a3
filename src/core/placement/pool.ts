// The hosts of one cluster, or of the Fargate pool, and what each class of requests knows of them. Changes are numbered: a class
// that is asked again looks at the hosts that changed since, and is made anew when that is too long ago.
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Attribute } from '#model/task-definition.ts';
import { meets } from './eligibility.ts';
import type { HasAttributes } from './eligibility.ts';
import type { HostCapacity } from './host-capacity.ts';
import { parseMemberOf } from './member-of.ts';
import type { MemberOf } from './member-of.ts';
import type { PlacementRequest, PlacementResult } from './request.ts';
import { RequestClass, classKey } from './request-class.ts';

/** Hosts that all classes of a pool together may keep in order, about 150 bytes each. */
const MOST_ENTRIES = 1_000_000;
const FEWEST_CLASSES = 4;
const FEWEST_CHANGES = 4_096;

export class Pool {
  /** Slot by ARN. A slot is a small number that a host has for as long as it is here. */
  readonly #places = new Map<string, number>();
  readonly #slots: (HostCapacity | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /** Least recently used first. */
  readonly #classes = new Map<string, RequestClass>();
  /** By what is required, as text: many families require the same. */
  readonly #attributeTests = new Map<string, HasAttributes>();
  /** Slots of hosts that changed, the first of them as number `#forgotten`. */
  #changed: number[] = [];
  #forgotten = 0;

  get size(): number {
    return this.#places.size;
  }

  put(capacity: HostCapacity): void {
    const { arn } = capacity.host;
    const slot = this.#places.get(arn) ?? this.#freeSlots.pop() ?? this.#slots.length;
    capacity.slot = slot;
    this.#places.set(arn, slot);
    this.#slots[slot] = capacity;
    this.touch(capacity);
  }

  delete(arn: string): void {
    const slot = this.#places.get(arn);
    const capacity = slot === undefined ? undefined : this.#slots[slot];
    if (slot === undefined || capacity === undefined) return;
    this.#places.delete(arn);
    this.#slots[slot] = undefined;
    this.#freeSlots.push(slot);
    this.touch(capacity);
  }

  /** Something of this host is not as it was. */
  touch({ slot }: HostCapacity): void {
    if (this.#classes.size === 0) return;
    this.#changed.push(slot);
    if (this.#changed.length <= Math.max(FEWEST_CHANGES, 2 * this.size)) return;
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
    if (request.onlyHosts === undefined) return this.#class(request, memberOf).place(request);
    const few = new RequestClass(request, memberOf, (host) => meets(host, request.requiresAttributes));
    few.refresh(new Set(request.onlyHosts.flatMap((arn) => this.#places.get(arn) ?? [])), this.#slots);
    return few.place(request);
  }

  #class(request: PlacementRequest, memberOf: readonly MemberOf[]): RequestClass {
    const key = classKey(request);
    const known = this.#classes.get(key);
    this.#classes.delete(key);
    const current = known !== undefined && known.cursor >= this.#forgotten ? known : undefined;
    const found = current ?? new RequestClass(request, memberOf, this.#attributeTest(request.requiresAttributes));
    found.refresh(current === undefined ? this.#slots.keys() : new Set(this.#changed.slice(current.cursor - this.#forgotten)), this.#slots);
    found.cursor = this.#forgotten + this.#changed.length;
    this.#classes.set(key, found);
    if (this.#classes.size > Math.max(FEWEST_CLASSES, MOST_ENTRIES / Math.max(1, this.size))) this.#forgetOldest();
    return found;
  }

  /** Rows of hosts are replaced, never changed: what was found of one holds for as long as it lives. */
  #attributeTest(required: readonly Attribute[]): HasAttributes {
    const key = JSON.stringify(required);
    let test = this.#attributeTests.get(key);
    if (test === undefined) {
      const found = new WeakMap<ContainerInstance, boolean>();
      test = (host) => {
        let known = found.get(host);
        if (known === undefined) found.set(host, (known = meets(host, required)));
        return known;
      };
      if (this.#attributeTests.size >= 64) this.#attributeTests.clear();
      this.#attributeTests.set(key, test);
    }
    return test;
  }

  #forgetOldest(): void {
    for (const key of this.#classes.keys()) {
      this.#classes.delete(key);
      return;
    }
  }
}
