// What a planner answers: actions, when to look again, and why.

export interface Plan<Action> {
  readonly actions: readonly Action[];
  /** Look again then, epoch milliseconds, even if nothing changes. */
  readonly wakeAt?: number;
  /** For the log and for people: why these actions, or why none. */
  readonly why: string;
}
