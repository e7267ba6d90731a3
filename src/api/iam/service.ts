// AWS IAM as the wire sees it. It is global: whatever region a request is signed for, the state is the account's.
import type { Service } from '#wire/service.ts';
import { accessOf } from './access.ts';
import { iamContext, type IamContext, type IamDeps } from './context.ts';
import { OPERATIONS } from './operations.ts';

/** The IAM service over the state in `deps.store`. */
export function createIamService(deps: IamDeps): Service<IamContext> {
  return {
    name: 'iam',
    signingNames: ['iam'],
    apiVersion: '2010-05-08',
    protocol: 'awsQuery',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: OPERATIONS,
    access: accessOf(Object.keys(OPERATIONS)),
    context: (call) => iamContext(deps, call),
  };
}
