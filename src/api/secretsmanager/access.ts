// What IAM is asked about Secrets Manager operations: the secret they name, and its own policy along with the caller's.
import type { OperationAccess, Permission } from '#wire/service.ts';
import { arn } from '#model/arn.ts';
import type { Reader } from '#store/store.ts';
import { decryptPermission } from '../kms/decrypt-permission.ts';
import type { VaultContext } from '../kms/context.ts';
import { lookUp } from './find-secret.ts';
import { meantVersion, wanted } from './get-secret-value.ts';
import type { GetSecretValueRequest, SecretsManagerOperationName } from './shapes.ts';

type Ask = OperationAccess<VaultContext>;

/** The ARN of a secret; of one that is not there, what its ARN would begin with. */
function named(ctx: VaultContext, id: unknown): string {
  const text = typeof id === 'string' ? id : '';
  return lookUp(ctx.store as Reader, ctx, text)?.arn ?? (text.startsWith('arn:') ? text : arn('secretsmanager', ctx.region, ctx.account, `secret:${text}`));
}

const onSecret: Ask = {
  resources: (input: any, ctx) => [named(ctx, input.SecretId)],
  conditions: (input: any, ctx) => ({ 'secretsmanager:secretid': named(ctx, input.SecretId), 'secretsmanager:versionid': input.VersionId, 'secretsmanager:versionstage': input.VersionStage }),
};

const BY_SECRET: readonly SecretsManagerOperationName[] = [
  'CancelRotateSecret', 'DeleteResourcePolicy', 'DeleteSecret', 'DescribeSecret', 'GetResourcePolicy', 'GetSecretValue', 'ListSecretVersionIds', 'PutResourcePolicy',
  'PutSecretValue', 'RestoreSecret', 'RotateSecret', 'TagResource', 'UntagResource', 'UpdateSecret', 'UpdateSecretVersionStage',
];

/** A batch that the handler will refuse names nothing. */
function batchOf(input: any, ctx: VaultContext): readonly string[] {
  try {
    return wanted(input, ctx).ids;
  } catch {
    return [];
  }
}

/** kms:Decrypt of the customer's key that the value is under: Secrets Manager asks KMS in the caller's name. */
function decrypts(input: GetSecretValueRequest, ctx: VaultContext): readonly Permission[] {
  try {
    const { value, secretArn, versionId } = meantVersion(input, ctx);
    const context = { SecretARN: secretArn, SecretVersionId: versionId };
    return value === undefined ? [] : decryptPermission(ctx, Buffer.from(value.sealed, 'base64'), 'secretsmanager', context, 'Access to KMS is not allowed');
  } catch {
    // The handler will refuse it.
    return [];
  }
}

/** Not about one secret. */
export const ON_ALL: readonly SecretsManagerOperationName[] = ['GetRandomPassword', 'ListSecrets'];

export const ACCESS: Partial<Record<SecretsManagerOperationName, Ask>> = {
  ...Object.fromEntries(BY_SECRET.map((name) => [name, onSecret])),
  GetSecretValue: { ...onSecret, also: decrypts },
  // As in AWS, each secret must allow GetSecretValue, too; unlike there, one that does not refuses the whole call.
  BatchGetSecretValue: {
    resources: (input: any, ctx) => (Array.isArray(input.SecretIdList) ? input.SecretIdList : []).map((id: unknown) => named(ctx, id)),
    also: (input: any, ctx) => batchOf(input, ctx).flatMap((id) => [{ action: 'secretsmanager:GetSecretValue', resource: named(ctx, id) }, ...decrypts({ SecretId: id }, ctx)]),
  },
  CreateSecret: { resources: (input: any, ctx) => [named(ctx, input.Name)], conditions: (input: any) => ({ 'secretsmanager:name': input.Name }) },
};
