// GetResourcePolicy, PutResourcePolicy and DeleteResourcePolicy. The policy is kept as given.
import { secrets } from '#model/secret.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { malformedPolicy } from './errors.ts';
import { findSecret, liveSecret } from './find-secret.ts';
import type {
  DeleteResourcePolicyRequest, DeleteResourcePolicyResponse, GetResourcePolicyRequest, GetResourcePolicyResponse, PutResourcePolicyRequest, PutResourcePolicyResponse,
} from './shapes.ts';

export function getResourcePolicy(input: GetResourcePolicyRequest, ctx: VaultContext): GetResourcePolicyResponse {
  const secret = findSecret(ctx.store, ctx, input.SecretId);
  return { ARN: secret.arn, Name: secret.name, ...(secret.policy !== undefined && { ResourcePolicy: secret.policy }) };
}

export function putResourcePolicy(input: PutResourcePolicyRequest, ctx: VaultContext): PutResourcePolicyResponse {
  const policy = input.ResourcePolicy ?? '';
  checkLimits([policy, 'resourcePolicy', { minLength: 1, maxLength: 20_480 }]);
  const statements = statementsOf(policy);
  if (input.BlockPublicPolicy === true && statements.some(isPublic)) throw new AwsError('PublicPolicyException', 'This resource policy grants broad access to the secret.');
  return ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    tx.put(secrets, { ...secret, policy });
    return { ARN: secret.arn, Name: secret.name };
  });
}

export function deleteResourcePolicy(input: DeleteResourcePolicyRequest, ctx: VaultContext): DeleteResourcePolicyResponse {
  return ctx.store.transact((tx) => {
    const { policy: _, ...secret } = liveSecret(tx, ctx, input.SecretId);
    tx.put(secrets, secret);
    return { ARN: secret.arn, Name: secret.name };
  });
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

function statementsOf(text: string): Statement[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformedPolicy('This resource policy contains a syntax error.');
  }
  const given = typeof policy === 'object' && policy !== null ? (policy as { Statement?: unknown }).Statement : undefined;
  const statements = Array.isArray(given) ? given : [given];
  if (statements.some((statement) => typeof statement !== 'object' || statement === null)) throw malformedPolicy('This resource policy contains a syntax error.');
  return statements as Statement[];
}

function isPublic({ Effect, Principal, Condition }: Statement): boolean {
  const everyone = Principal === '*' || (typeof Principal === 'object' && Principal !== null && [(Principal as { AWS?: unknown }).AWS].flat().includes('*'));
  return Effect === 'Allow' && everyone && Condition === undefined;
}
