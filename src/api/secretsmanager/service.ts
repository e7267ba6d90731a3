// AWS Secrets Manager as the wire sees it.
import type { Service } from '#wire/service.ts';
import { vaultContext, type VaultContext, type VaultDeps } from '../kms/context.ts';
import { dataRates } from '../data-rates.ts';
import { ACCESS } from './access.ts';
import { OPERATIONS } from './operations.ts';

/** Secrets Manager over the state in `deps.store`; values are encrypted by the account's KMS keys. */
export function createSecretsManagerService(deps: VaultDeps): Service<VaultContext> {
  return {
    name: 'secretsmanager',
    signingNames: ['secretsmanager'],
    targetPrefix: 'secretsmanager',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    rateClass: dataRates(['GetSecretValue', 'BatchGetSecretValue', 'DescribeSecret']),
    access: ACCESS,
    faultCode: 'InternalServiceError',
    context: (call) => vaultContext(deps, call),
  };
}
