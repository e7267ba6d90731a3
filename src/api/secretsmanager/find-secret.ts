// From a secret's id (name, ARN, ARN without its suffix) to its rows.
import { parseSecretId } from '#core/secrets/secret-name.ts';
import { secrets, secretVersions, type Secret, type SecretVersion } from '#model/secret.ts';
import type { Reader, Transaction } from '#store/store.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { markedForDeletion, secretNotFound } from './errors.ts';

/** Also of one that waits for its deletion. Throws ResourceNotFoundException. */
export function findSecret(reader: Reader, ctx: VaultContext, secretId: string | undefined): Secret {
  checkLimits([secretId, 'secretId', { minLength: 1, maxLength: 2048 }]);
  const found = lookUp(reader, ctx, secretId ?? '');
  if (found === undefined) throw secretNotFound();
  return found;
}

/** Throws ResourceNotFoundException, or InvalidRequestException when it is marked for deletion. */
export function liveSecret(reader: Reader, ctx: VaultContext, secretId: string | undefined): Secret {
  const secret = findSecret(reader, ctx, secretId);
  if (secret.deletedAt !== undefined) throw markedForDeletion();
  return secret;
}

export function lookUp(reader: Reader, ctx: VaultContext, secretId: string): Secret | undefined {
  const id = parseSecretId(ctx, secretId);
  const byArn = id?.arn === undefined ? undefined : reader.get(secrets, id.arn);
  return byArn ?? (id?.name === undefined ? undefined : secretByName(reader, ctx, id.name));
}

export function secretByName(reader: Reader, ctx: VaultContext, name: string): Secret | undefined {
  for (const secret of reader.by(secrets, 'name', `${ctx.account}/${ctx.region}/${name}`)) return secret;
  return undefined;
}

export function versionsOf(reader: Reader, secret: Secret): SecretVersion[] {
  return [...reader.by(secretVersions, 'secret', secret.arn)];
}

/** Writes the versions that changed. */
export function putVersions(tx: Transaction, before: readonly SecretVersion[], after: readonly SecretVersion[]): void {
  for (const version of after) if (!before.includes(version)) tx.put(secretVersions, version);
}
