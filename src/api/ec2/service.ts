// Amazon EC2 as the wire sees it.
import type { Service } from '#wire/service.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import { ACCESS } from './access.ts';
import { OPERATIONS } from './operations.ts';
import { rateClasses } from './rates.ts';

/** The EC2 service: the network part that ECS users need, over the state in `deps.store`. */
export function createEc2Service(deps: ApiDeps): Service<ApiContext> {
  return {
    name: 'ec2',
    signingNames: ['ec2'],
    apiVersion: '2016-11-15',
    protocol: 'ec2Query',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    operations: OPERATIONS,
    access: ACCESS,
    rateClass: rateClasses(Object.keys(OPERATIONS)),
    context: (call) => apiContext(deps, call),
  };
}
