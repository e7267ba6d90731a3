// Steps of an instance that are decided outside its driver: being told to end, stop or start.
import type { Instance, InstanceState, StateReason } from '#model/instance.ts';

export const USER_INITIATED: StateReason = { code: 'Client.UserInitiatedShutdown', message: 'Client.UserInitiatedShutdown: User initiated shutdown' };
export const SPOT_TERMINATION: StateReason = { code: 'Server.SpotInstanceTermination', message: 'Server.SpotInstanceTermination: Instance was terminated by Amazon EC2 Spot' };

/** The instance after it was told to end; the same when it is ending. */
export function requestTermination(instance: Instance, now: number, reason: StateReason = USER_INITIATED): Instance {
  if (instance.desired === 'terminated') return instance;
  return { ...instance, desired: 'terminated', state: 'shutting-down', stateReason: reason, changedAt: now };
}

/** The instance after StopInstances; the same when it is stopping. */
export function requestInstanceStop(instance: Instance, now: number): Instance {
  if (instance.desired !== 'running') return instance;
  return { ...instance, desired: 'stopped', state: 'stopping', stateReason: USER_INITIATED, changedAt: now };
}

/** The instance after StartInstances; the same when it is to run already. */
export function requestInstanceStart(instance: Instance, now: number): Instance {
  if (instance.desired === 'running') return instance;
  const { stateReason: _, failure: __, ...rest } = instance;
  return { ...rest, desired: 'running', state: 'pending', changedAt: now, launchedAt: now };
}

/** EC2's numbers of the states. */
export const STATE_CODES: Readonly<Record<InstanceState, number>> = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 };
