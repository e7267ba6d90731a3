// A new version of a secret: shared by CreateSecret, PutSecretValue and UpdateSecret.
import { CURRENT, moveStages } from '#core/secrets/version-stages.ts';
import { secrets, secretVersions, type Secret, type SecretVersion } from '#model/secret.ts';
import type { Transaction } from '#store/store.ts';
import type { VaultContext } from '../kms/context.ts';
import { exists, limitExceeded } from './errors.ts';
import { putVersions, versionsOf } from './find-secret.ts';
import { holdsValue, keyArnOf, sealedValue, type GivenValue } from './secret-value.ts';

const MAX_VERSIONS = 100;
const MAX_STAGES = 20;

/**
 * Writes the secret's row and the version under `versionId` with `stages`. The same version with the same value again changes
 * nothing; with another value it is a ResourceExistsException. The first version is the current one whatever it was asked to be.
 */
export function writeVersion(tx: Transaction, ctx: VaultContext, secret: Secret, versionId: string, value: GivenValue, stages: readonly string[]): SecretVersion {
  const before = versionsOf(tx, secret);
  const known = before.find((version) => version.versionId === versionId);
  if (known?.value !== undefined) {
    if (!holdsValue(ctx, known, value)) {
      throw exists(`You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`);
    }
    return known;
  }
  const kmsKeyArn = keyArnOf(tx, ctx, secret);
  const made: SecretVersion = {
    secretArn: secret.arn, versionId, stages: known?.stages ?? [], kmsKeyArn, createdAt: ctx.now,
    ...sealedValue(tx, ctx, secret.arn, versionId, kmsKeyArn, value),
  };
  const others = before.filter((version) => version.versionId !== versionId);
  const wanted = others.some((version) => version.stages.includes(CURRENT)) ? stages : [...new Set([...stages, CURRENT])];
  const after = moveStages([...others, made], versionId, wanted);
  const written = after.at(-1)!;
  if (written.stages.length > MAX_STAGES) throw limitExceeded('A version can have at most 20 staging labels.');
  tx.put(secrets, { ...secret, changedAt: ctx.now });
  putVersions(tx, before, after);
  if (after.length > MAX_VERSIONS) forgetOldest(tx, after);
  return written;
}

/** Versions without a label may go once there are many. */
function forgetOldest(tx: Transaction, versions: readonly SecretVersion[]): void {
  const loose = versions.filter((version) => version.stages.length === 0);
  if (loose.length === 0) throw limitExceeded('The secret has too many labelled versions.');
  for (const version of loose.slice(0, versions.length - MAX_VERSIONS)) tx.delete(secretVersions, `${version.secretArn}/${version.versionId}`);
}
