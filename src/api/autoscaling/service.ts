// EC2 Auto Scaling as the wire sees it.
import type { Service } from '#wire/service.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import { ACCESS } from './access.ts';
import { OPERATIONS } from './operations.ts';

/** Groups of EC2 instances, over the state in `deps.store`; the scaling-group reconciler launches and ends. */
export function createAutoScalingService(deps: ApiDeps): Service<ApiContext> {
  return {
    name: 'autoscaling',
    signingNames: ['autoscaling'],
    apiVersion: '2011-01-01',
    protocol: 'awsQuery',
    xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    operations: OPERATIONS,
    access: ACCESS,
    context: (call) => apiContext(deps, call),
  };
}
