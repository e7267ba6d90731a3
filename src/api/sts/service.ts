// AWS STS as the wire sees it.
import type { Service } from '#wire/service.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import { OPERATIONS } from './operations.ts';

/** The STS service: GetCallerIdentity; the other operations of the model answer that they are not there yet. */
export function createStsService(deps: ApiDeps): Service<ApiContext> {
  return {
    name: 'sts',
    signingNames: ['sts'],
    apiVersion: '2011-06-15',
    protocol: 'awsQuery',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: OPERATIONS,
    context: (call) => apiContext(deps, call),
  };
}
