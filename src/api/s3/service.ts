// Amazon S3 as the wire sees it, as far as ECS users need it: objects for environment files, assets and tools.
import type { Service } from '#wire/service.ts';
import { dataRates } from '../data-rates.ts';
import { ACCESS } from './access.ts';
import { s3Contexts, type S3Context, type S3Deps } from './context.ts';
import { OPERATIONS } from './operations.ts';
import { routeS3 } from './route.ts';

/** S3 over the state in `deps.store` and the files of `deps.bytes`. */
export function createS3Service(deps: S3Deps): Service<S3Context> {
  return {
    name: 's3',
    signingNames: ['s3'],
    protocol: 'restXml',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    operations: OPERATIONS,
    rateClass: dataRates(Object.keys(OPERATIONS)),
    access: ACCESS,
    faultCode: 'InternalError',
    singleEncodedPath: true,
    unsignedPayload: true,
    signedAmzHeaders: true,
    bareErrors: true,
    route: routeS3,
    context: s3Contexts(deps),
  };
}
