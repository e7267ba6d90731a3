// What can go wrong with the store as a whole. Nothing here is an answer for an API user: the process owner decides.

/** The journal has failed for good (disk full, I/O error, writer dead): what is in memory may never become durable. */
export class StoreFailedError extends Error {
  constructor(cause: unknown) {
    super(`the store has failed and accepts no more changes: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StoreFailedError';
  }
}

/** The store cannot be opened as it is, and the message says what to do about it. */
export class StoreOpenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreOpenError';
  }
}
