// The development guard on rows: frozen all the way down, and refused unless they survive JSON unchanged.

/** Freezes `value` deeply and returns it. Throws TypeError, naming the path, for what JSON would lose. Skips what is frozen already. */
export function freezeRow<Row>(value: Row, path = 'row'): Row {
  if (value === null || value === undefined) return value;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON cannot hold`);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw new TypeError(`${path} is a ${typeof value}, which JSON cannot hold`);
  }
  if (typeof value !== 'object' || Object.isFrozen(value)) return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) {
    throw new TypeError(`${path} is a ${prototype.constructor?.name ?? 'class instance'}, rows are plain data`);
  }
  for (const [name, member] of Object.entries(value)) freezeRow(member, `${path}.${name}`);
  return Object.freeze(value);
}
