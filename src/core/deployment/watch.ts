// What ends a deployment from outside its own progress: failed tasks, alarms, and the user who stops it.
import { changeDeployment } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import { isProven } from '../service/health.ts';
import { breakerThreshold } from './circuit-breaker.ts';
import { fail, goalOf, isRollingBack, rollBack } from './finish.ts';

export const BREAKER_REASON = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
export const ALARM_REASON = 'Service deployment rolled back because an alarm is in the ALARM state.';
export const USER_REASON = 'Service deployment rolled back because a rollback was requested.';

/** True when the deployment was ended or turned back: the rest of the plan comes with the next look. */
export function watchDeployment(draft: Draft, desired: number): boolean {
  const { deployment } = draft;
  if (deployment === undefined) return false;
  if (deployment.status === 'STOP_REQUESTED') {
    fail(draft, 'Service deployment was stopped because a stop was requested.');
    return true;
  }
  if (deployment.status === 'ROLLBACK_REQUESTED') {
    rollBack(draft, USER_REASON);
    return true;
  }
  return watchAlarms(draft) || watchFailures(draft, desired);
}

function watchAlarms(draft: Draft): boolean {
  const { deployment } = draft;
  const alarms = deployment?.deploymentConfiguration.alarms;
  if (deployment === undefined || alarms?.enable !== true || isRollingBack(deployment) || deployment.alarms.status !== 'MONITORING') return false;
  const triggeredAlarmNames = alarms.alarmNames.filter((name) => draft.snapshot.alarmsInAlarm.includes(name));
  if (triggeredAlarmNames.length === 0) return false;
  const monitors = { alarms: { status: 'TRIGGERED', triggeredAlarmNames } as const };
  if (alarms.rollback) rollBack(draft, ALARM_REASON, monitors);
  else fail(draft, 'Service deployment was stopped because an alarm is in the ALARM state.', monitors);
  return true;
}

function watchFailures(draft: Draft, desired: number): boolean {
  const { deployment } = draft;
  const config = deployment?.deploymentConfiguration;
  const breaker = config?.deploymentCircuitBreaker;
  if (deployment === undefined || breaker?.enable !== true) return false;
  // A shift that is turned back must bring all traffic home, whatever fails.
  if (config?.strategy !== 'ROLLING' && isRollingBack(deployment)) return false;
  const goal = goalOf(deployment);
  const proven = draft.snapshot.tasks.filter((task) => task.origin === goal && isProven(task, draft.now)).length;
  if (proven !== (deployment.provenTasks ?? 0)) {
    const reset = proven > (deployment.provenTasks ?? 0) && breaker.resetOnHealthyTask !== false;
    changeDeployment(draft, { provenTasks: proven, ...(reset && draft.snapshot.failures.length === 0 ? { failedTasks: 0 } : {}) });
  }
  if ((draft.deployment?.failedTasks ?? 0) < breakerThreshold(breaker, desired)) return false;
  const monitors = { breaker: { status: 'TRIGGERED' } as const };
  if (isRollingBack(deployment)) fail(draft, 'The rollback failed because the circuit breaker threshold was exceeded.', monitors);
  else if (breaker.rollback) rollBack(draft, BREAKER_REASON, monitors);
  else fail(draft, 'Tasks failed to start.', monitors);
  return true;
}
