// What ECS refuses of a deployment configuration, asked of the whole as it would be (SD11 to SD21).
import type { DeploymentConfiguration } from '#model/service.ts';
import type { ServiceKind } from './deployment-configuration.ts';
import { checkHooks } from './check-hooks.ts';
import { firstOf, type Violation } from './violation.ts';

const DAY_MINUTES = 1_440;

/** The first rule it breaks. */
export function checkDeployment(configuration: DeploymentConfiguration, kind: ServiceKind): Violation | undefined {
  return firstOf(
    () => checkPercentages(configuration, kind),
    () => checkStrategy(configuration, kind),
    () => checkBreaker(configuration, kind),
    () => checkAlarms(configuration, kind),
    () => checkEarlySuccess(configuration, kind),
    () => checkShift(configuration),
    () => checkHooks(configuration),
  );
}

function checkPercentages({ strategy, maximumPercent, minimumHealthyPercent }: DeploymentConfiguration, kind: ServiceKind): Violation | undefined {
  if (!isBetween(minimumHealthyPercent, 0, 100)) return { rule: 'SD11', member: 'minimumHealthyPercent' };
  if (kind.schedulingStrategy === 'DAEMON' && maximumPercent > 100) return { rule: 'SD12' };
  if (maximumPercent < 100) return { rule: 'SD11', member: 'maximumPercent' };
  if (strategy === 'ROLLING' && maximumPercent <= 100 && minimumHealthyPercent >= 100) return { rule: 'SD13' };
  return undefined;
}

function checkStrategy({ strategy }: DeploymentConfiguration, kind: ServiceKind): Violation | undefined {
  if (strategy === 'ROLLING') return undefined;
  if (kind.deploymentController !== 'ECS') return { rule: 'SD14', value: strategy, member: `${kind.deploymentController} deployment controller` };
  return kind.schedulingStrategy === 'DAEMON' ? { rule: 'SD14', value: strategy, member: 'DAEMON scheduling strategy' } : undefined;
}

function checkBreaker({ deploymentCircuitBreaker: breaker }: DeploymentConfiguration, kind: ServiceKind): Violation | undefined {
  if (breaker?.enable && kind.deploymentController !== 'ECS') return { rule: 'SD15' };
  if (breaker?.rollback && !breaker.enable) return { rule: 'SD15', member: 'rollback' };
  const threshold = breaker?.thresholdConfiguration;
  if (threshold && !(Number.isInteger(threshold.value) && threshold.value >= 1)) return { rule: 'SD16' };
  return threshold?.type === 'BOUNDED_PERCENT' && threshold.value > 100 ? { rule: 'SD16' } : undefined;
}

function checkAlarms({ alarms }: DeploymentConfiguration, kind: ServiceKind): Violation | undefined {
  if (!alarms?.enable) return undefined;
  if (kind.deploymentController !== 'ECS') return { rule: 'SD17', member: 'deploymentController' };
  return alarms.alarmNames.length === 0 ? { rule: 'SD17', member: 'alarmNames' } : undefined;
}

function checkEarlySuccess(configuration: DeploymentConfiguration, kind: ServiceKind): Violation | undefined {
  const early = configuration.earlySuccessCriteria;
  if (!early?.enable) return undefined;
  if (configuration.strategy !== 'ROLLING' || kind.deploymentController !== 'ECS') return { rule: 'SD18', member: 'strategy' };
  if (early.healthyPercent === undefined || early.sourceServiceRevisionCleanup === undefined) return { rule: 'SD18', member: 'healthyPercent' };
  const { healthyPercent } = early;
  const inRange = Number.isInteger(healthyPercent) && isBetween(healthyPercent, configuration.minimumHealthyPercent, 100);
  return inRange ? undefined : { rule: 'SD18', member: 'range' };
}

function checkShift({ strategy, bakeTimeInMinutes: bake, linearConfiguration: linear, canaryConfiguration: canary }: DeploymentConfiguration): Violation | undefined {
  if (strategy === 'BLUE_GREEN' && bake === undefined) return { rule: 'SD19', member: 'missing' };
  if (bake !== undefined && !isMinutes(bake)) return { rule: 'SD19', member: 'bakeTimeInMinutes' };
  if (canary && strategy !== 'CANARY') return { rule: 'SD20', member: 'canaryConfiguration', value: 'CANARY' };
  if (linear && strategy !== 'LINEAR') return { rule: 'SD20', member: 'linearConfiguration', value: 'LINEAR' };
  if (canary && !isPercent(canary.canaryPercent, 0.1)) return { rule: 'SD21', member: 'canaryPercent', value: '0.1' };
  if (canary && !isMinutes(canary.canaryBakeTimeInMinutes)) return { rule: 'SD19', member: 'canaryBakeTimeInMinutes' };
  if (linear && !isPercent(linear.stepPercent, 3)) return { rule: 'SD21', member: 'stepPercent', value: '3.0' };
  if (linear && !isMinutes(linear.stepBakeTimeInMinutes)) return { rule: 'SD19', member: 'stepBakeTimeInMinutes' };
  return undefined;
}

/** A multiple of 0.1 from `from` to 100; binary fractions are forgiven. */
function isPercent(value: number | undefined, from: number): boolean {
  if (value === undefined) return true;
  const tenths = value * 10;
  return isBetween(value, from, 100) && Math.abs(tenths - Math.round(tenths)) < 1e-6;
}

function isMinutes(value: number | undefined): boolean {
  return value === undefined || (Number.isInteger(value) && isBetween(value, 0, DAY_MINUTES));
}

function isBetween(value: number, from: number, to: number): boolean {
  return value >= from && value <= to;
}
