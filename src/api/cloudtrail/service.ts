// AWS CloudTrail as the wire sees it.
import type { RateClass, Service } from '#wire/service.ts';
import { cloudTrailContext, type CloudTrailContext, type CloudTrailDeps } from './context.ts';
import { ACCESS } from './access.ts';
import { OPERATIONS } from './operations.ts';

/** "The rate of lookup requests is limited to two per second, per account, per Region." */
const LOOKUPS: RateClass = { name: 'LookupEvents', burst: 2, perSecond: 2 };

/** CloudTrail's event history: who called what in the last 90 days. */
export function createCloudTrailService(deps: CloudTrailDeps): Service<CloudTrailContext> {
  return {
    name: 'cloudtrail',
    signingNames: ['cloudtrail'],
    targetPrefix: 'CloudTrail_20131101',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    access: ACCESS,
    rateClass: (operation) => (operation === 'LookupEvents' ? LOOKUPS : undefined),
    context: (call) => cloudTrailContext(deps, call),
  };
}
