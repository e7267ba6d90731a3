// AWS STS as the wire sees it.
import type { Service } from '#wire/service.ts';
import { ACCESS } from './access.ts';
import { stsContext, type StsContext, type StsDeps } from './context.ts';
import { OPERATIONS } from './operations.ts';

/** The STS service; what it issues is known again by `deps.sessions`. */
export function createStsService(deps: StsDeps): Service<StsContext> {
  return {
    name: 'sts',
    signingNames: ['sts'],
    apiVersion: '2011-06-15',
    protocol: 'awsQuery',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: OPERATIONS,
    access: ACCESS,
    context: (call) => stsContext(deps, call),
  };
}
