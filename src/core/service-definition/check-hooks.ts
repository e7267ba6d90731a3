// Lifecycle hooks that ECS refuses (SD22).
import type { DeploymentConfiguration, HookStage, LifecycleHook } from '#model/service.ts';
import type { Violation } from './violation.ts';

/** Stages that shift traffic and do not wait for people. */
const NO_PAUSE: ReadonlySet<HookStage> = new Set(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

/** Two weeks: the longest a PAUSE may wait. */
const MAX_TIMEOUT_MINUTES = 20_160;

export function checkHooks({ strategy, lifecycleHooks = [] }: DeploymentConfiguration): Violation | undefined {
  if (lifecycleHooks.length > 0 && strategy === 'ROLLING') return { rule: 'SD22', member: 'strategy' };
  for (const hook of lifecycleHooks) {
    const member = faultOf(hook);
    if (member !== undefined) return { rule: 'SD22', member };
  }
  return undefined;
}

function faultOf(hook: LifecycleHook): string | undefined {
  const minutes = hook.timeoutConfiguration?.timeoutInMinutes;
  if (hook.lifecycleStages.length === 0) return 'lifecycleStages';
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_TIMEOUT_MINUTES)) return 'timeoutInMinutes';
  if (hook.targetType === 'PAUSE') {
    if (hook.hookTargetArn !== undefined) return 'hookTargetArn of PAUSE';
    return hook.lifecycleStages.some((stage) => NO_PAUSE.has(stage)) ? 'PAUSE' : undefined;
  }
  if (!hook.hookTargetArn) return 'hookTargetArn';
  // A role lets ECS call a Lambda function; an endpoint, which stands in for one here, asks for none.
  return hook.hookTargetArn.startsWith('arn:') && !hook.roleArn ? 'roleArn' : undefined;
}
