// Who waits for which revision to survive a crash.

interface Waiter {
  readonly revision: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Durability {
  #durable: number;
  #failure: Error | undefined;
  #waiters: Waiter[] = [];

  constructor(durable: number) {
    this.#durable = durable;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  has(revision: number): boolean {
    return revision <= this.#durable;
  }

  /** Resolves once `revision` is durable, rejects when it never will be. */
  wait(revision: number): Promise<void> {
    if (revision <= this.#durable) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiters.push({ revision, resolve, reject }));
  }

  reached(revision: number): void {
    if (revision <= this.#durable) return;
    this.#durable = revision;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (waiter.revision <= revision) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }

  failed(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }
}
