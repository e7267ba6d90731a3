// Amazon ECR as the wire sees it.
import type { Service } from '#wire/service.ts';
import { dataRates } from '../data-rates.ts';
import { ACCESS } from './access.ts';
import { ecrContext, type EcrContext, type EcrDeps } from './context.ts';
import { OPERATIONS } from './operations.ts';

/** The ECR service: all operations of the model over the state in `deps.store` and the blobs behind `deps.layers`. */
export function createEcrService(deps: EcrDeps): Service<EcrContext> {
  return {
    name: 'ecr',
    signingNames: ['ecr'],
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    rateClass: dataRates(['GetAuthorizationToken', 'BatchCheckLayerAvailability', 'GetDownloadUrlForLayer', 'BatchGetImage', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage']),
    access: ACCESS,
    context: (call) => ecrContext(deps, call),
  };
}
