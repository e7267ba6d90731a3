// The threads that write objects, as seen from the control plane: a call is a promise, memory is handed over, not copied.
import { Worker } from 'node:worker_threads';
import type { ObjectMessage, ObjectReply, ObjectRequest } from './object-protocol.ts';

interface Lane {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve(reply: ObjectReply): void; reject(error: Error): void }>;
}

export interface ObjectWorkers {
  /** Requests of one path must use the same lane. Rejects with the system's or S3's error (`code`), or when the thread dies. */
  call(lane: number, request: ObjectRequest): Promise<ObjectReply>;
  /** The lane with the least to do. */
  choose(): number;
  close(): Promise<void>;
}

/** Threads start with the first call that needs them, and again after one has died. */
export function openObjectWorkers(count: number): ObjectWorkers {
  const lanes: (Lane | undefined)[] = Array.from({ length: count }, () => undefined);
  let nextId = 0;
  let turn = 0;

  const start = (index: number): Lane => {
    const worker = new Worker(new URL('./object-worker.ts', import.meta.url));
    worker.unref();
    const lane: Lane = { worker, waiting: new Map() };
    worker.on('message', (message: ObjectMessage) => {
      const call = lane.waiting.get(message.id);
      lane.waiting.delete(message.id);
      if (lane.waiting.size === 0) worker.unref();
      if ('reply' in message) call?.resolve(message.reply);
      else call?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
    });
    const died = (reason: string): void => {
      if (lanes[index] === lane) lanes[index] = undefined;
      for (const call of lane.waiting.values()) call.reject(new Error(`object worker died: ${reason}`));
      lane.waiting.clear();
    };
    worker.on('error', (error) => died(String(error)));
    worker.on('exit', (code) => died(`exit ${code}`));
    return lane;
  };

  return {
    choose() {
      turn = (turn + 1) % count;
      let best = turn;
      for (let i = 0; i < count; i++) if ((lanes[i]?.waiting.size ?? 0) < (lanes[best]?.waiting.size ?? 0)) best = i;
      return best;
    },
    call(index, request) {
      const lane = (lanes[index] ??= start(index));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        lane.waiting.set(id, { resolve, reject });
        lane.worker.ref();
        lane.worker.postMessage({ id, request }, request.op === 'write' ? request.chunks.map(({ buffer }) => buffer as ArrayBuffer) : []);
      });
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane?.worker.terminate()));
    },
  };
}
