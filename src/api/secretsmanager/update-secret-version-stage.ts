// UpdateSecretVersionStage: moves a label from one version to another.
import { CURRENT, holderOf, moveStages, removeStage } from '#core/secrets/version-stages.ts';
import { secrets } from '#model/secret.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidParameter, versionNotFound } from './errors.ts';
import { liveSecret, putVersions, versionsOf } from './find-secret.ts';
import type { UpdateSecretVersionStageRequest, UpdateSecretVersionStageResponse } from './shapes.ts';

export function updateSecretVersionStage(input: UpdateSecretVersionStageRequest, ctx: VaultContext): UpdateSecretVersionStageResponse {
  const { VersionStage: stage = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
  checkLimits([stage, 'versionStage', { minLength: 1, maxLength: 256 }], [from, 'removeFromVersionId', { minLength: 32, maxLength: 64 }], [to, 'moveToVersionId', { minLength: 32, maxLength: 64 }]);
  return ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    const before = versionsOf(tx, secret);
    for (const id of [from, to]) if (id !== undefined && !before.some((version) => version.versionId === id)) throw versionNotFound(id);
    const holder = holderOf(before, stage)?.versionId;
    if (from !== undefined && holder !== from) throw invalidParameter(`The staging label ${stage} isn't currently attached to version ${from}.`);
    if (to === undefined && from === undefined) throw invalidParameter('You must specify RemoveFromVersionId, MoveToVersionId, or both.');
    if (to === undefined && stage === CURRENT) throw invalidParameter("You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.");
    if (to !== undefined && holder !== undefined && holder !== to && from === undefined) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    const after = to === undefined ? removeStage(before, from!, stage) : moveStages(before, to, [stage]);
    putVersions(tx, before, after);
    tx.put(secrets, { ...secret, changedAt: ctx.now });
    return { ARN: secret.arn, Name: secret.name };
  });
}
