// The one object a stored row is held by: the primary map and every index point at it, so replacing a row touches no index.

export interface Entry {
  /** Place in the store-wide order of creation; never changes while the row lives, also over a restart. */
  readonly position: number;
  /** undefined only inside a transaction that deleted the row: the entry keeps its place until commit or rollback. */
  row: unknown;
}
