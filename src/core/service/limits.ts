// How many tasks a service may have and must keep (ECS's rounding: the minimum up, the maximum down).
import type { DeploymentConfiguration } from '#model/service.ts';

export interface Limits {
  /** Healthy tasks that the scheduler leaves standing. */
  readonly lower: number;
  /** Tasks that are to run, all revisions together. */
  readonly upper: number;
}

/** @param desired tasks wanted; for DAEMON the number of hosts */
export function limitsOf({ minimumHealthyPercent, maximumPercent }: Pick<DeploymentConfiguration, 'minimumHealthyPercent' | 'maximumPercent'>, desired: number): Limits {
  return { lower: Math.ceil((desired * minimumHealthyPercent) / 100), upper: Math.floor((desired * maximumPercent) / 100) };
}
