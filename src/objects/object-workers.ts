// The threads that write objects, as seen from the control plane.
import { openWorkerLanes, type WorkerLanes } from '#base/system/worker-lanes.ts';
import type { ObjectReply, ObjectRequest } from './object-protocol.ts';

/** Requests of one path must use the same lane. A call rejects with the system's or S3's error (`code`), or when the thread dies. */
export interface ObjectWorkers extends Pick<WorkerLanes<ObjectRequest, ObjectReply>, 'call' | 'close'> {
  /** The lane with the least to do. */
  choose(): number;
}

export function openObjectWorkers(count: number): ObjectWorkers {
  const lanes = openWorkerLanes<ObjectRequest, ObjectReply>({
    module: new URL('./object-worker.ts', import.meta.url),
    count,
    name: 'object worker',
    transferOf: (request) => (request.op === 'write' ? request.chunks.map(({ buffer }) => buffer as ArrayBuffer) : []),
  });
  let turn = 0;
  return {
    call: lanes.call,
    close: lanes.close,
    choose() {
      turn = (turn + 1) % count;
      let best = turn;
      for (let i = 0; i < count; i++) if (lanes.waiting(i) < lanes.waiting(best)) best = i;
      return best;
    },
  };
}
