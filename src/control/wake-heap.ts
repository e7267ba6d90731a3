// Times at which keys are to be looked at again: a heap with one timer, for hundreds of thousands of keys.

export interface Wake {
  readonly key: string;
  readonly at: number;
}

/** At most one time per key: the last one set. */
export class WakeHeap {
  readonly #heap: Wake[] = [];
  readonly #current = new Map<string, number>();

  set(key: string, at: number): void {
    if (this.#current.get(key) === at) return;
    this.#current.set(key, at);
    this.#push({ key, at });
  }

  clear(key: string): void {
    this.#current.delete(key);
  }

  /** The earliest time, undefined when there is none. */
  nextAt(): number | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined || this.#current.get(top.key) === top.at) return top?.at;
      this.#pop();
    }
  }

  /** Takes out a key that is due at `now`, undefined when none is. */
  take(now: number): string | undefined {
    const at = this.nextAt();
    if (at === undefined || at > now) return undefined;
    const { key } = this.#heap[0]!;
    this.#pop();
    this.#current.delete(key);
    return key;
  }

  #push(wake: Wake): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(wake);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!earlier(wake, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = wake;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1;
      if (!earlier(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

/** By key at the same time, so that the order does not depend on history. */
function earlier(a: Wake, b: Wake): boolean {
  return a.at < b.at || (a.at === b.at && a.key < b.key);
}
