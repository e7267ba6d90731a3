// AWS Certificate Manager as the wire sees it.
import type { Service } from '#wire/service.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import { ACCESS } from './access.ts';
import { OPERATIONS } from './operations.ts';

/** The ACM service: imported certificates, for listeners of load balancers. */
export function createAcmService(deps: ApiDeps): Service<ApiContext> {
  return {
    name: 'acm',
    signingNames: ['acm'],
    targetPrefix: 'CertificateManager',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    access: ACCESS,
    context: (call) => apiContext(deps, call),
  };
}
