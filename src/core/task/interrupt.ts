// Spot capacity is taken back: what becomes of a FARGATE_SPOT task and of a spot instance, from the two-minute notice on.
import type { Instance } from '#model/instance.ts';
import type { Task } from '#model/task.ts';
import { requestStop } from './stop.ts';

export const SPOT_NOTICE_MS = 120_000;

/** The task after its notice: its targets drain, then it gets SIGTERM and its stop time-out. The same when it stops already. */
export function interruptTask(task: Task, now: number): Task {
  return requestStop(task, { stopCode: 'SpotInterruption', reason: 'Your Spot Task was interrupted.' }, now);
}

/** The instance after its notice: its host drains, and it ends two minutes later. The same when it was told already or ends. */
export function interruptInstance(instance: Instance, now: number): Instance {
  return instance.desired === 'terminated' || instance.interruptAt !== undefined ? instance : { ...instance, interruptAt: now + SPOT_NOTICE_MS };
}
