// What a task's runner and its errands know about it besides its state: the payload, and facts about the host that the
// decisions do not need.
import type { SubmittedBinding } from '#link/agent-api.ts';
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import type { RangeStarts } from './spec/ports.ts';

export interface TaskContext {
  readonly payload: PayloadTask;
  cgroupParent: string | undefined;
  pauseImage: string | undefined;
  /** By container name. */
  readonly rangeStarts: Map<string, RangeStarts>;
  readonly bindings: Map<string, readonly SubmittedBinding[]>;
  /** Image reference by container name, as pulled. */
  readonly images: Map<string, string>;
}

export function newTaskContext(payload: PayloadTask): TaskContext {
  return { payload, cgroupParent: undefined, pauseImage: undefined, rangeStarts: new Map(), bindings: new Map(), images: new Map() };
}

export function payloadContainer(context: TaskContext, name: string): PayloadContainer | undefined {
  return context.payload.containers.find((c) => c.name === name);
}
