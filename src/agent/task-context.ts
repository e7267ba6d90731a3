// What a task's runner and its errands know about it besides its state: the payload, and facts about the host that the
// decisions do not need.
import type { SubmittedBinding } from '#link/agent-api.ts';
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import type { RangeStarts } from './spec/ports.ts';
import type { Outcome } from './runtime.ts';
import type { TaskSecrets } from './secrets/task-secrets.ts';
import type { LogReadiness } from './task-logs.ts';

export interface TaskContext {
  readonly payload: PayloadTask;
  /** The network namespace that the agent makes for an awsvpc task; undefined where the runtime does. The same for the whole of the task's life. */
  readonly namespace: string | undefined;
  cgroupParent: string | undefined;
  pauseImage: string | undefined;
  /** By container name. */
  readonly rangeStarts: Map<string, RangeStarts>;
  readonly bindings: Map<string, readonly SubmittedBinding[]>;
  /** Image reference by container name, as pulled. */
  readonly images: Map<string, string>;
  /** Whether the log group and stream are there, by container name; asked while the container is created. */
  readonly logsReady: Map<string, Promise<LogReadiness>>;
  /** Being fetched, or there; never written anywhere. */
  secrets: Promise<Outcome<TaskSecrets>> | undefined;
}

export function newTaskContext(payload: PayloadTask, namespace?: string): TaskContext {
  return { payload, namespace, cgroupParent: undefined, pauseImage: undefined, rangeStarts: new Map(), bindings: new Map(), images: new Map(), logsReady: new Map(), secrets: undefined };
}

export function payloadContainer(context: TaskContext, name: string): PayloadContainer | undefined {
  return context.payload.containers.find((c) => c.name === name);
}
