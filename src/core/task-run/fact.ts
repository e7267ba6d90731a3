// What can become known about a task. Each arrives through its mailbox, one at a time.
import type { HealthStatus } from '#model/task-status.ts';
import type { Exit } from './run.ts';

export interface Refusal {
  readonly name: string;
  readonly message: string;
}

export type Fact =
  | { readonly kind: 'ordered'; readonly desired: 'STOPPED'; readonly reason?: string }
  | { readonly kind: 'prepared'; readonly refusal?: Refusal }
  | { readonly kind: 'pulled'; readonly container: string; readonly imageDigest?: string; readonly refusal?: Refusal }
  | { readonly kind: 'created'; readonly container: string; readonly runtimeId: string }
  | { readonly kind: 'notCreated'; readonly container: string; readonly refusal: Refusal }
  | { readonly kind: 'started'; readonly container: string; readonly atMs: number }
  | { readonly kind: 'notStarted'; readonly container: string; readonly refusal: Refusal; readonly exitCode?: number }
  /** The stop call came back; the exit itself is a fact of its own. */
  | { readonly kind: 'stopEnded'; readonly container: string; readonly refusal?: Refusal }
  | { readonly kind: 'exited'; readonly container: string; readonly exit: Exit }
  | { readonly kind: 'health'; readonly container: string; readonly health: HealthStatus; readonly atMs: number }
  /** Time has passed; nothing else happened. */
  | { readonly kind: 'tick' };
