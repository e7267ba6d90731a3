// How production traffic moves over: at once, in equal steps, or a canary first (DP9).
import type { DeploymentConfiguration } from '#model/service.ts';

export interface ShiftStep {
  /** Per cent of production traffic for the target revision after the step. */
  readonly percent: number;
  /** How long to wait after it. */
  readonly bakeMs: number;
}

const MINUTE = 60_000;
const DEFAULTS = { stepPercent: 10, stepBake: 6, canaryPercent: 5, canaryBake: 10 } as const;

/** The last step is 100 % and waits for nothing: the bake time of the deployment follows. */
export function shiftSteps({ strategy, linearConfiguration, canaryConfiguration }: DeploymentConfiguration): readonly ShiftStep[] {
  const all: ShiftStep = { percent: 100, bakeMs: 0 };
  if (strategy === 'CANARY') {
    const { canaryPercent = DEFAULTS.canaryPercent, canaryBakeTimeInMinutes = DEFAULTS.canaryBake } = canaryConfiguration ?? {};
    return canaryPercent >= 100 ? [all] : [{ percent: canaryPercent, bakeMs: canaryBakeTimeInMinutes * MINUTE }, all];
  }
  if (strategy !== 'LINEAR') return [all];
  const { stepPercent = DEFAULTS.stepPercent, stepBakeTimeInMinutes = DEFAULTS.stepBake } = linearConfiguration ?? {};
  const steps: ShiftStep[] = [];
  for (let percent = stepPercent; percent < 100; percent += stepPercent) {
    steps.push({ percent: Math.round(percent * 10) / 10, bakeMs: stepBakeTimeInMinutes * MINUTE });
  }
  return [...steps, all];
}
