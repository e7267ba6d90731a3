// AWS Systems Manager as the wire sees it: its Parameter Store.
import type { Service } from '#wire/service.ts';
import { vaultContext, type VaultContext, type VaultDeps } from '../kms/context.ts';
import { ACCESS } from './access.ts';
import { OPERATIONS } from './operations.ts';

/** Parameter Store over the state in `deps.store`; SecureStrings are encrypted by the account's KMS keys. */
export function createSsmService(deps: VaultDeps): Service<VaultContext> {
  return {
    name: 'ssm',
    signingNames: ['ssm'],
    targetPrefix: 'AmazonSSM',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    access: ACCESS,
    faultCode: 'InternalServerError',
    context: (call) => vaultContext(deps, call),
  };
}
