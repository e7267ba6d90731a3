// DeleteSecret, with and without a recovery window, and RestoreSecret.
import { newSecretArn } from '#core/secrets/secret-name.ts';
import { secrets, secretVersions, type Secret } from '#model/secret.ts';
import type { Transaction } from '#store/store.ts';
import type { VaultContext } from '../kms/context.ts';
import { invalidParameter, markedForDeletion } from './errors.ts';
import { findSecret, lookUp, versionsOf } from './find-secret.ts';
import type { DeleteSecretRequest, DeleteSecretResponse, RestoreSecretRequest, RestoreSecretResponse } from './shapes.ts';
import { uniform } from './uniform.ts';

const DAY_MS = 86_400_000;

export function deleteSecret(input: DeleteSecretRequest, ctx: VaultContext): DeleteSecretResponse {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
  if (force === true && days !== undefined) throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (days !== undefined && (days < 7 || days > 30)) throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  return ctx.store.transact((tx) => {
    if (force === true) return deleteNow(tx, ctx, input.SecretId ?? '');
    const secret = findSecret(tx, ctx, input.SecretId);
    if (secret.deletedAt !== undefined) throw markedForDeletion();
    const deletionAt = ctx.now + (days ?? 30) * DAY_MS;
    tx.put(secrets, { ...secret, deletedAt: ctx.now, deletionAt });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletionAt) };
  });
}

export function restoreSecret(input: RestoreSecretRequest, ctx: VaultContext): RestoreSecretResponse {
  return ctx.store.transact((tx) => {
    const { deletedAt: _, deletionAt: __, ...secret } = findSecret(tx, ctx, input.SecretId);
    tx.put(secrets, secret);
    return { ARN: secret.arn, Name: secret.name };
  });
}

function deleteNow(tx: Transaction, ctx: VaultContext, secretId: string): DeleteSecretResponse {
  const secret = lookUp(tx, ctx, secretId);
  if (secret === undefined) {
    // AWS: forced deletion of what is not there is no error.
    const arn = secretId.startsWith('arn:') ? secretId : newSecretArn(ctx, secretId, uniform(ctx.random));
    return { ARN: arn, Name: secretId, DeletionDate: new Date(ctx.now) };
  }
  eraseSecret(tx, secret);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(ctx.now) };
}

function eraseSecret(tx: Transaction, secret: Secret): void {
  for (const version of versionsOf(tx, secret)) tx.delete(secretVersions, `${version.secretArn}/${version.versionId}`);
  tx.delete(secrets, secret.arn);
}
