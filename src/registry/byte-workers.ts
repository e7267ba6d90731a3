// The threads that hash and write, as seen from the control plane: a call is a promise, memory is handed over, not copied.
import { Worker } from 'node:worker_threads';
import type { ByteMessage, ByteReply, ByteRequest } from './byte-protocol.ts';

interface Slot {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve(reply: ByteReply): void; reject(error: Error): void }>;
}

export interface ByteWorkers {
  /** Requests of one path must use the same lane. Rejects with the system's error (`code`) or when the thread dies. */
  call(lane: number, request: ByteRequest): Promise<ByteReply>;
  /** Lends the lane with the fewest borrowers; `giveBack` it once. */
  borrow(): number;
  giveBack(lane: number): void;
  close(): Promise<void>;
}

/** Threads start with the first call that needs them, and again after one has died. */
export function openByteWorkers(lanes: number): ByteWorkers {
  const slots: (Slot | undefined)[] = [];
  const borrowers = Array.from({ length: lanes }, () => 0);
  let nextId = 0;

  const start = (lane: number): Slot => {
    const worker = new Worker(new URL('./byte-worker.ts', import.meta.url));
    worker.unref();
    const slot: Slot = { worker, waiting: new Map() };
    worker.on('message', (message: ByteMessage) => {
      const call = slot.waiting.get(message.id);
      slot.waiting.delete(message.id);
      if (slot.waiting.size === 0) worker.unref();
      if ('reply' in message) call?.resolve(message.reply);
      else call?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
    });
    const died = (reason: string): void => {
      if (slots[lane] === slot) slots[lane] = undefined;
      for (const call of slot.waiting.values()) call.reject(new Error(`byte worker died: ${reason}`));
      slot.waiting.clear();
    };
    worker.on('error', (error) => died(String(error)));
    worker.on('exit', (code) => died(`exit ${code}`));
    return slot;
  };

  return {
    borrow() {
      const lane = borrowers.indexOf(Math.min(...borrowers));
      borrowers[lane] = (borrowers[lane] ?? 0) + 1;
      return lane;
    },
    giveBack: (lane) => void (borrowers[lane] = (borrowers[lane] ?? 1) - 1),
    call(lane, request) {
      const slot = (slots[lane] ??= start(lane));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        slot.waiting.set(id, { resolve, reject });
        slot.worker.ref();
        slot.worker.postMessage({ id, request }, request.op === 'write' ? request.chunks.map(({ buffer }) => buffer as ArrayBuffer) : []);
      });
    },
    async close() {
      await Promise.all(slots.map((slot) => slot?.worker.terminate()));
    },
  };
}
