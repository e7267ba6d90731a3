// EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion, and what changes a key beside: its description and rotation.
import { kmsKeys, type KmsKey } from '#model/kms-key.ts';
import { AwsError } from '#wire/aws-error.ts';
import { checkLimits } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { invalidState } from './errors.ts';
import { findKeyById, usable } from './find-key.ts';
import { KEY_ID_LIMIT } from './key-limits.ts';
import type {
  CancelKeyDeletionRequest, CancelKeyDeletionResponse, DisableKeyRequest, EnableKeyRequest, EnableKeyRotationRequest, GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse, ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse, UpdateKeyDescriptionRequest,
} from './shapes.ts';

const DAY_MS = 86_400_000;

export function enableKey(input: EnableKeyRequest, ctx: VaultContext): object {
  change(ctx, input.KeyId, (key) => ({ ...customer(notPending(key)), state: 'Enabled' }));
  return {};
}

export function disableKey(input: DisableKeyRequest, ctx: VaultContext): object {
  change(ctx, input.KeyId, (key) => ({ ...customer(notPending(key)), state: 'Disabled' }));
  return {};
}

export function updateKeyDescription(input: UpdateKeyDescriptionRequest, ctx: VaultContext): object {
  const Description = input.Description ?? '';
  checkLimits([Description, 'description', { maxLength: 8192 }]);
  change(ctx, input.KeyId, (key) => ({ ...customer(notPending(key)), description: Description }));
  return {};
}

export function scheduleKeyDeletion(input: ScheduleKeyDeletionRequest, ctx: VaultContext): ScheduleKeyDeletionResponse {
  const days = input.PendingWindowInDays ?? 30;
  checkLimits([days, 'pendingWindowInDays', { minValue: 7, maxValue: 30 }]);
  const deletionAt = ctx.now + days * DAY_MS;
  const key = change(ctx, input.KeyId, (was) => ({ ...customer(notPending(was)), state: 'PendingDeletion', deletionAt }));
  return { KeyId: key.arn, DeletionDate: new Date(deletionAt), KeyState: 'PendingDeletion', PendingWindowInDays: days };
}

/** The key is disabled then, as in AWS. */
export function cancelKeyDeletion(input: CancelKeyDeletionRequest, ctx: VaultContext): CancelKeyDeletionResponse {
  const key = change(ctx, input.KeyId, ({ deletionAt, ...was }) => {
    if (deletionAt === undefined) throw invalidState(`${was.arn} is not pending deletion.`);
    return { ...was, state: 'Disabled' };
  });
  return { KeyId: key.arn };
}

/** Kept and shown; the material stays the same until rotation is built. */
export function enableKeyRotation(input: EnableKeyRotationRequest, ctx: VaultContext): object {
  const days = input.RotationPeriodInDays ?? 365;
  checkLimits([days, 'rotationPeriodInDays', { minValue: 90, maxValue: 2560 }]);
  change(ctx, input.KeyId, (key) => ({ ...usable(customer(key)), rotationPeriodDays: days, rotationEnabledAt: ctx.now }));
  return {};
}

export function disableKeyRotation(input: DisableKeyRequest, ctx: VaultContext): object {
  change(ctx, input.KeyId, (key) => {
    const { rotationPeriodDays: _, rotationEnabledAt: __, ...rest } = usable(customer(key));
    return rest;
  });
  return {};
}

export function getKeyRotationStatus(input: GetKeyRotationStatusRequest, ctx: VaultContext): GetKeyRotationStatusResponse {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  const key = findKeyById(ctx.store, ctx, input.KeyId ?? '');
  const { rotationPeriodDays: days, rotationEnabledAt: since } = key;
  if (days === undefined || since === undefined) return { KeyId: key.arn, KeyRotationEnabled: false };
  return { KeyId: key.arn, KeyRotationEnabled: key.state !== 'PendingDeletion', RotationPeriodInDays: days, NextRotationDate: new Date(since + days * DAY_MS) };
}

function change(ctx: VaultContext, keyId: string | undefined, next: (key: KmsKey) => KmsKey): KmsKey {
  checkLimits([keyId, 'keyId', KEY_ID_LIMIT]);
  return ctx.store.transact((tx) => {
    const key = next(findKeyById(tx, ctx, keyId ?? ''));
    tx.put(kmsKeys, key);
    return key;
  });
}

function notPending(key: KmsKey): KmsKey {
  if (key.state === 'PendingDeletion') throw invalidState(`${key.arn} is pending deletion.`);
  return key;
}

/** Keys that the platform manages are not their account's to change. */
export function customer(key: KmsKey): KmsKey {
  if (key.manager === 'AWS') throw new AwsError('AccessDeniedException', `${key.arn} is managed by AWS and cannot be changed.`);
  return key;
}
