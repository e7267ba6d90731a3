// The threads that hash and write, as seen from the control plane.
import { openWorkerLanes, type WorkerLanes } from '#base/system/worker-lanes.ts';
import type { ByteReply, ByteRequest } from './byte-protocol.ts';

/** Requests of one path must use the same lane. A call rejects with the system's error (`code`), or when the thread dies. */
export interface ByteWorkers extends Pick<WorkerLanes<ByteRequest, ByteReply>, 'call' | 'close'> {
  /** Lends the lane with the fewest borrowers; `giveBack` it once. */
  borrow(): number;
  giveBack(lane: number): void;
}

export function openByteWorkers(count: number): ByteWorkers {
  const lanes = openWorkerLanes<ByteRequest, ByteReply>({
    module: new URL('./byte-worker.ts', import.meta.url),
    count,
    name: 'byte worker',
    transferOf: (request) => (request.op === 'write' ? request.chunks.map(({ buffer }) => buffer as ArrayBuffer) : []),
  });
  const borrowers = Array.from({ length: count }, () => 0);
  return {
    call: lanes.call,
    close: lanes.close,
    borrow() {
      const lane = borrowers.indexOf(Math.min(...borrowers));
      borrowers[lane] = (borrowers[lane] ?? 0) + 1;
      return lane;
    },
    giveBack: (lane) => void (borrowers[lane] = (borrowers[lane] ?? 1) - 1),
  };
}
