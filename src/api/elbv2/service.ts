// Elastic Load Balancing v2 as the wire sees it.
import type { Service } from '#wire/service.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import { accessOf } from './access.ts';
import { OPERATIONS } from './operations.ts';

/** Application and Network Load Balancers, over the state in `deps.store`; the balancer makes them so. */
export function createElbv2Service(deps: ApiDeps): Service<ApiContext> {
  return {
    name: 'elbv2',
    signingNames: ['elasticloadbalancing'],
    apiVersion: '2015-12-01',
    protocol: 'awsQuery',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    operations: OPERATIONS,
    access: accessOf(Object.keys(OPERATIONS)),
    context: (call) => apiContext(deps, call),
  };
}
