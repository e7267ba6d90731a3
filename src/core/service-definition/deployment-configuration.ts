// A service's deployment configuration with every default written out, from what a request gives of it.
import type {
  CircuitBreaker,
  DeploymentConfiguration,
  DeploymentControllerType,
  DeploymentStrategy,
  LifecycleHook,
  SchedulingStrategy,
} from '#model/service.ts';

/** What a request may give: every member may be absent. */
export interface DeploymentConfigurationInput {
  readonly strategy?: DeploymentStrategy | undefined;
  readonly maximumPercent?: number | undefined;
  readonly minimumHealthyPercent?: number | undefined;
  readonly deploymentCircuitBreaker?: CircuitBreaker | undefined;
  readonly alarms?: DeploymentConfiguration['alarms'] | undefined;
  readonly bakeTimeInMinutes?: number | undefined;
  readonly lifecycleHooks?: readonly LifecycleHook[] | undefined;
  readonly linearConfiguration?: DeploymentConfiguration['linearConfiguration'] | undefined;
  readonly canaryConfiguration?: DeploymentConfiguration['canaryConfiguration'] | undefined;
  readonly earlySuccessCriteria?: DeploymentConfiguration['earlySuccessCriteria'] | undefined;
}

export interface ServiceKind {
  readonly schedulingStrategy: SchedulingStrategy;
  readonly deploymentController: DeploymentControllerType;
}

/** ECS's defaults for the percentages (SD1). */
const PERCENTAGES = {
  REPLICA: { maximumPercent: 200, minimumHealthyPercent: 100 },
  DAEMON: { maximumPercent: 100, minimumHealthyPercent: 0 },
} as const;

const LINEAR_DEFAULTS = { stepPercent: 10, stepBakeTimeInMinutes: 6 };
const CANARY_DEFAULTS = { canaryPercent: 5, canaryBakeTimeInMinutes: 10 };
const HOOK_TIMEOUT_MINUTES = 1440;

/**
 * The configuration that `input` means over `current`: members that are not given keep their value, or take ECS's default when
 * there is none. Members of a strategy that is no longer used are dropped (SD1 to SD5).
 */
export function deploymentConfiguration(
  input: DeploymentConfigurationInput | undefined,
  kind: ServiceKind,
  current?: DeploymentConfiguration,
): DeploymentConfiguration {
  const given = { ...current, ...defined(input) } as DeploymentConfigurationInput;
  const strategy = given.strategy ?? 'ROLLING';
  const percentages = PERCENTAGES[kind.schedulingStrategy];
  // What only rolling deployments know does not outlive a change to another strategy, unless this request asks for it (and is refused).
  const early = input?.earlySuccessCriteria ?? (strategy === 'ROLLING' ? current?.earlySuccessCriteria : undefined);
  const hooks = input?.lifecycleHooks ?? (strategy === 'ROLLING' ? undefined : current?.lifecycleHooks);
  const linear = strategy === 'LINEAR' ? { ...LINEAR_DEFAULTS, ...defined(given.linearConfiguration) } : input?.linearConfiguration;
  const canary = strategy === 'CANARY' ? { ...CANARY_DEFAULTS, ...defined(given.canaryConfiguration) } : input?.canaryConfiguration;
  return {
    strategy,
    maximumPercent: given.maximumPercent ?? percentages.maximumPercent,
    minimumHealthyPercent: given.minimumHealthyPercent ?? percentages.minimumHealthyPercent,
    deploymentCircuitBreaker: given.deploymentCircuitBreaker ?? { enable: false, rollback: false },
    ...(given.alarms && { alarms: given.alarms }),
    ...bakeTime(strategy, given.bakeTimeInMinutes),
    ...(hooks?.length && { lifecycleHooks: hooks.map(withHookDefaults) }),
    ...(linear && { linearConfiguration: linear }),
    ...(canary && { canaryConfiguration: canary }),
    ...(early && { earlySuccessCriteria: early }),
  };
}

/** LINEAR and CANARY do not bake unless asked to; BLUE_GREEN has to say (SD12), and ROLLING only bakes for alarms. */
function bakeTime(strategy: DeploymentStrategy, minutes: number | undefined): { bakeTimeInMinutes?: number } {
  if (minutes !== undefined) return { bakeTimeInMinutes: minutes };
  return strategy === 'LINEAR' || strategy === 'CANARY' ? { bakeTimeInMinutes: 0 } : {};
}

function withHookDefaults(hook: LifecycleHook): LifecycleHook {
  return {
    ...hook,
    targetType: hook.targetType ?? 'AWS_LAMBDA',
    timeoutConfiguration: {
      timeoutInMinutes: hook.timeoutConfiguration?.timeoutInMinutes ?? HOOK_TIMEOUT_MINUTES,
      action: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
    },
  };
}

/** Without its undefined members, so that a spread does not overwrite with nothing. */
function defined<T extends object>(value: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, member]) => member !== undefined)) as Partial<T>;
}
