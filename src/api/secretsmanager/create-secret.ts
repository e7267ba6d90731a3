// CreateSecret. Order of checks: constraints, name, what we do not have, value, tags, existence.
import { isSecretName, newSecretArn } from '#core/secrets/secret-name.ts';
import { CURRENT } from '#core/secrets/version-stages.ts';
import { secrets, type Secret } from '#model/secret.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits, validation } from '../limits.ts';
import { exists, invalidParameter, invalidRequest } from './errors.ts';
import { secretByName, versionsOf } from './find-secret.ts';
import { requestToken } from './request-token.ts';
import { givenValue, holdsValue, keyArnOf, type GivenValue } from './secret-value.ts';
import type { CreateSecretRequest, CreateSecretResponse } from './shapes.ts';
import { validTags } from './tags.ts';
import { uniform } from './uniform.ts';
import { writeVersion } from './write-version.ts';

export function createSecret(input: CreateSecretRequest, ctx: VaultContext): CreateSecretResponse {
  const name = input.Name ?? '';
  checkLimits([name, 'name', { minLength: 1, maxLength: 512 }], [input.Description, 'description', { maxLength: 2048 }], [input.KmsKeyId, 'kmsKeyId', { maxLength: 2048 }]);
  if (!isSecretName(name)) throw validation('Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!');
  if ((input.AddReplicaRegions?.length ?? 0) > 0) throw invalidParameter('Longshore does not replicate secrets to other Regions yet: leave AddReplicaRegions out.');
  const token = requestToken(ctx, input.ClientRequestToken);
  const value = givenValue(input);
  const tags = validTags(input.Tags);
  return ctx.store.transact((tx) => {
    const known = secretByName(tx, ctx, name);
    if (known !== undefined) return repeated(known, versionsOf(tx, known).find((version) => version.versionId === token), ctx, value);
    const secret: Secret = {
      arn: newSecretArn(ctx, name, uniform(ctx.random)),
      account: ctx.account,
      region: ctx.region,
      name,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
      tags,
      createdAt: ctx.now,
      changedAt: ctx.now,
    };
    keyArnOf(tx, ctx, secret);
    tx.put(secrets, secret);
    if (value === undefined) return { ARN: secret.arn, Name: name };
    return { ARN: secret.arn, Name: name, VersionId: writeVersion(tx, ctx, secret, token, value, [CURRENT]).versionId };
  });
}

/** The same request again gives the same answer. */
function repeated(known: Secret, version: ReturnType<typeof versionsOf>[number] | undefined, ctx: VaultContext, value: GivenValue | undefined): CreateSecretResponse {
  if (known.deletedAt !== undefined) throw invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.");
  const same = version?.value !== undefined && value !== undefined && holdsValue(ctx, version, value);
  if (!same) throw exists(`The operation failed because the secret ${known.name} already exists.`);
  return { ARN: known.arn, Name: known.name, VersionId: version!.versionId };
}
