// Fargate platform versions: there is one, and the names that mean it.
import type { LaunchType } from '#model/task.ts';
import { invalidParameter, platformUnknown } from './errors.ts';

const CURRENT = '1.4.0';

/** The version tasks run with: undefined except on Fargate. Throws PlatformUnknownException or InvalidParameterException. */
export function resolvePlatformVersion(asked: string | undefined, launchType: LaunchType): string | undefined {
  if (launchType !== 'FARGATE') {
    if (asked) throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
    return undefined;
  }
  if (!asked || asked === 'LATEST' || asked === CURRENT) return CURRENT;
  throw platformUnknown();
}
