// AWS Key Management Service as the wire sees it.
import type { Service } from '#wire/service.ts';
import { dataRates } from '../data-rates.ts';
import { ACCESS } from './access.ts';
import { vaultContext, type VaultContext, type VaultDeps } from './context.ts';
import { OPERATIONS } from './operations.ts';

/** KMS: symmetric keys over the state in `deps.store`, their material in `deps.vault`. */
export function createKmsService(deps: VaultDeps): Service<VaultContext> {
  return {
    name: 'kms',
    signingNames: ['kms'],
    targetPrefix: 'TrentService',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    rateClass: dataRates(['Encrypt', 'Decrypt', 'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateRandom']),
    access: ACCESS,
    faultCode: 'KMSInternalException',
    context: (call) => vaultContext(deps, call),
  };
}
