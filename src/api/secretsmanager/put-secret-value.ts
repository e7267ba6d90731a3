// PutSecretValue and UpdateSecret.
import { CURRENT } from '#core/secrets/version-stages.ts';
import { secrets } from '#model/secret.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidRequest } from './errors.ts';
import { liveSecret } from './find-secret.ts';
import { requestToken } from './request-token.ts';
import { givenValue, keyArnOf } from './secret-value.ts';
import type { PutSecretValueRequest, PutSecretValueResponse, UpdateSecretRequest, UpdateSecretResponse } from './shapes.ts';
import { writeVersion } from './write-version.ts';

export function putSecretValue(input: PutSecretValueRequest, ctx: VaultContext): PutSecretValueResponse {
  const token = requestToken(ctx, input.ClientRequestToken);
  checkLimits([input.VersionStages, 'versionStages', { minLength: 1, maxLength: 20 }]);
  for (const stage of input.VersionStages ?? []) checkLimits([stage, 'versionStages.1.member', { minLength: 1, maxLength: 256 }]);
  const value = givenValue(input);
  if (value === undefined) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  return ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    const version = writeVersion(tx, ctx, secret, token, value, [...new Set(input.VersionStages ?? [CURRENT])]);
    return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages: [...version.stages] };
  });
}

/** A new key holds for versions written from now on. */
export function updateSecret(input: UpdateSecretRequest, ctx: VaultContext): UpdateSecretResponse {
  const token = requestToken(ctx, input.ClientRequestToken);
  checkLimits([input.Description, 'description', { maxLength: 2048 }], [input.KmsKeyId, 'kmsKeyId', { maxLength: 2048 }]);
  const value = givenValue(input);
  return ctx.store.transact((tx) => {
    const { kmsKeyId: _, ...before } = liveSecret(tx, ctx, input.SecretId);
    const kmsKeyId = input.KmsKeyId ?? _;
    const secret = {
      ...before,
      ...(kmsKeyId !== undefined && kmsKeyId !== '' && { kmsKeyId }),
      ...(input.Description !== undefined && { description: input.Description }),
      changedAt: ctx.now,
    };
    keyArnOf(tx, ctx, secret);
    tx.put(secrets, secret);
    if (value === undefined) return { ARN: secret.arn, Name: secret.name };
    return { ARN: secret.arn, Name: secret.name, VersionId: writeVersion(tx, ctx, secret, token, value, [CURRENT]).versionId };
  });
}
