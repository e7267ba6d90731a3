// For the impossible only: a failed assertion is a bug of ours, never a user's mistake.

/** Throws when `condition` is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** The value, which cannot be missing here. */
export function must<T>(value: T | null | undefined, message: string): T {
  assert(value !== null && value !== undefined, message);
  return value;
}

/** Marks a switch as total: does not compile while a case is missing. */
export function never(value: never): never {
  throw new Error(`assertion failed: unexpected ${JSON.stringify(value)}`);
}
