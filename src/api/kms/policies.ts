// GetKeyPolicy, PutKeyPolicy and ListKeyPolicies. A key has one policy, called `default`.
import { kmsKeys } from '#model/kms-key.ts';
import { checkLimits } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { notFound } from './errors.ts';
import { findKeyById } from './find-key.ts';
import { KEY_ID_LIMIT } from './key-limits.ts';
import { validKeyPolicy } from './key-policy.ts';
import { customer } from './key-state.ts';
import type {
  GetKeyPolicyRequest, GetKeyPolicyResponse, ListKeyPoliciesRequest, ListKeyPoliciesResponse, PutKeyPolicyRequest,
} from './shapes.ts';

export function getKeyPolicy(input: GetKeyPolicyRequest, ctx: VaultContext): GetKeyPolicyResponse {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  const key = findKeyById(ctx.store, ctx, input.KeyId ?? '');
  onlyDefault(input.PolicyName);
  return { Policy: key.policy, PolicyName: 'default' };
}

export function putKeyPolicy(input: PutKeyPolicyRequest, ctx: VaultContext): object {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  const policy = validKeyPolicy(input.Policy ?? '');
  ctx.store.transact((tx) => {
    const key = customer(findKeyById(tx, ctx, input.KeyId ?? ''));
    onlyDefault(input.PolicyName);
    tx.put(kmsKeys, { ...key, policy });
  });
  return {};
}

export function listKeyPolicies(input: ListKeyPoliciesRequest, ctx: VaultContext): ListKeyPoliciesResponse {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  findKeyById(ctx.store, ctx, input.KeyId ?? '');
  return { PolicyNames: ['default'], Truncated: false };
}

function onlyDefault(name: string | undefined): void {
  if (name !== undefined && name !== 'default') throw notFound('No such policy exists');
}
