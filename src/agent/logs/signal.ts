// A condition that somebody waits for and somebody else raises. A raise that nobody waits for is kept for the next to come.

export class Signal {
  #raised = false;
  #waiting: { promise: Promise<undefined>; resolve: (value: undefined) => void } | undefined;

  raise(): void {
    if (this.#waiting) {
      this.#waiting.resolve(undefined);
      this.#waiting = undefined;
    } else {
      this.#raised = true;
    }
  }

  /** Resolves at the next raise, or at once when one was missed. All who wait together wake together. */
  wait(): Promise<undefined> {
    if (this.#raised) {
      this.#raised = false;
      return Promise.resolve(undefined);
    }
    this.#waiting ??= Promise.withResolvers<undefined>();
    return this.#waiting.promise;
  }
}
