// Threads that do one kind of work, as their owner sees them: a call is a promise, memory is handed over, not copied.
import { Worker, type Transferable } from 'node:worker_threads';

/** What a thread of a lane posts for a `{ id, request }` it was sent. `code` is of the error it met: the system's (`ENOSPC`) or its own. */
export type LaneMessage<Reply> =
  | { readonly id: number; readonly reply: Reply }
  | { readonly id: number; readonly error: { readonly message: string; readonly code?: string } };

export interface WorkerLanes<Request, Reply> {
  /** Requests that belong together must use the same lane. Rejects with the thread's error (`code`), or when the thread dies. */
  call(lane: number, request: Request): Promise<Reply>;
  /** Calls of a lane that are not answered yet. */
  waiting(lane: number): number;
  close(): Promise<void>;
}

export interface WorkerLanesOptions<Request> {
  /** The thread's module. */
  readonly module: URL;
  readonly count: number;
  /** What a thread is called when it dies: `byte worker`. */
  readonly name: string;
  /** The memory of a request that is handed over with it. */
  readonly transferOf: (request: Request) => readonly Transferable[];
}

interface Lane<Reply> {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>;
}

/** Threads start with the first call that needs them, and again after one has died. An idle one keeps no process alive. */
export function openWorkerLanes<Request, Reply>({ module, count, name, transferOf }: WorkerLanesOptions<Request>): WorkerLanes<Request, Reply> {
  const lanes: (Lane<Reply> | undefined)[] = Array.from({ length: count }, () => undefined);
  let nextId = 0;

  const start = (index: number): Lane<Reply> => {
    const worker = new Worker(module);
    worker.unref();
    const lane: Lane<Reply> = { worker, waiting: new Map() };
    worker.on('message', (message: LaneMessage<Reply>) => {
      const call = lane.waiting.get(message.id);
      lane.waiting.delete(message.id);
      if (lane.waiting.size === 0) worker.unref();
      if ('reply' in message) call?.resolve(message.reply);
      else call?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
    });
    const died = (reason: string): void => {
      if (lanes[index] === lane) lanes[index] = undefined;
      for (const call of lane.waiting.values()) call.reject(new Error(`${name} died: ${reason}`));
      lane.waiting.clear();
    };
    worker.on('error', (error) => died(String(error)));
    worker.on('exit', (code) => died(`exit ${code}`));
    return lane;
  };

  return {
    waiting: (index) => lanes[index]?.waiting.size ?? 0,
    call(index, request) {
      const lane = (lanes[index] ??= start(index));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        lane.waiting.set(id, { resolve, reject });
        lane.worker.ref();
        lane.worker.postMessage({ id, request }, transferOf(request));
      });
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane?.worker.terminate()));
    },
  };
}
