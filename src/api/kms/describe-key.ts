// DescribeKey. Asking for a managed alias makes its key, as in AWS.
import { checkLimits } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { findOrMakeKey } from './find-key.ts';
import { KEY_ID_LIMIT } from './key-limits.ts';
import type { DescribeKeyRequest, DescribeKeyResponse } from './shapes.ts';
import { viewKey } from './view-key.ts';

export function describeKey(input: DescribeKeyRequest, ctx: VaultContext): DescribeKeyResponse {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  return { KeyMetadata: viewKey(ctx.store.transact((tx) => findOrMakeKey(tx, ctx, input.KeyId ?? ''))) };
}
