// What IAM is asked about SSM operations: the parameters they name (GetParametersByPath about the path), or the session.
import type { OperationAccess, Permission } from '#wire/service.ts';
import { parseSelector } from '#core/secrets/parameter-name.ts';
import { arn } from '#model/arn.ts';
import { parameterArn } from '#model/parameter.ts';
import { decryptPermission } from '../kms/decrypt-permission.ts';
import type { VaultContext } from '../kms/context.ts';
import { findParameter, findVersion, versionsOf } from './find-parameter.ts';
import { getParametersByPath } from './get-parameters-by-path.ts';
import type { SsmOperationName } from './shapes.ts';

type Ask = OperationAccess<VaultContext>;

/** The ARN of what a request names, without version or label. */
function named(ctx: VaultContext, text: unknown): string {
  const name = typeof text === 'string' ? text : '';
  if (!name.startsWith('arn:')) return parameterArn(ctx, parseSelector(name).name);
  return name.split(':').slice(0, 6).join(':');
}

/**
 * kms:Decrypt of the customer's keys that secure values to be shown are under: SSM asks KMS in the caller's name. AWS's own key (`aws/ssm`)
 * lets everybody of the account through SSM. What the handler refuses or does not find needs no key.
 */
const decrypts = (ctx: VaultContext, names: readonly unknown[]): readonly Permission[] =>
  names.flatMap((name) => {
    const found = typeof name === 'string' ? quietly(() => findVersion(ctx.store, ctx, name)) : undefined;
    return found?.version.type === 'SecureString' ? decryptPermission(ctx, Buffer.from(found.version.value, 'base64'), 'ssm', { PARAMETER_ARN: found.parameter.arn }, REFUSAL) : [];
  });
const REFUSAL = 'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.';

/** Every version of a parameter, as GetParameter names them. */
function historyOf(ctx: VaultContext, name: string): string[] {
  const parameter = findParameter(ctx.store, ctx, name);
  return versionsOf(ctx.store, parameter).map(({ version }) => `${parameter.name}:${version}`);
}

function quietly<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

const onName: Ask = { resources: (input: any, ctx) => [named(ctx, input.Name)], conditions: (input: any) => ({ 'ssm:overwrite': input.Overwrite === undefined ? undefined : String(input.Overwrite) }) };
const onNames: Ask = { resources: (input: any, ctx) => (Array.isArray(input.Names) ? input.Names : []).map((name: unknown) => named(ctx, name)) };
const onTagged: Ask = { resources: (input: any, ctx) => (input.ResourceType === 'Parameter' ? [named(ctx, input.ResourceId)] : []) };

const onSession: Ask = { resources: (input: any, ctx) => [arn('ssm', ctx.region, ctx.account, `session/${String(input.SessionId ?? '')}`)] };

/** Not about one parameter or session. */
export const ON_ALL: readonly SsmOperationName[] = ['DeleteActivation', 'DescribeActivations', 'DescribeInstanceInformation', 'DescribeParameters', 'DescribeSessions'];

/** The role is passed to SSM. */
const passesRole: Ask = {
  passes: (input: any, ctx) => ({ roles: typeof input.IamRole === 'string' ? [`arn:aws:iam::${ctx.account}:role/${input.IamRole}`] : [], to: 'ssm.amazonaws.com' }),
};

const onInstance: Ask = { resources: (input: any, ctx) => [arn('ssm', ctx.region, ctx.account, `managed-instance/${String(input.InstanceId ?? '')}`)] };

export const ACCESS: Partial<Record<SsmOperationName, Ask>> = {
  AddTagsToResource: onTagged,
  CreateActivation: passesRole,
  DeleteParameter: onName,
  DeleteParameters: onNames,
  DeregisterManagedInstance: onInstance,
  GetParameter: { ...onName, also: (input: any, ctx) => (input.WithDecryption === true ? decrypts(ctx, [input.Name]) : []) },
  GetParameterHistory: {
    ...onName,
    also: (input: any, ctx) => (input.WithDecryption === true ? decrypts(ctx, quietly(() => historyOf(ctx, input.Name)) ?? []) : []),
  },
  GetParameters: { ...onNames, also: (input: any, ctx) => (input.WithDecryption === true && Array.isArray(input.Names) ? decrypts(ctx, input.Names) : []) },
  GetParametersByPath: {
    resources: (input: any, ctx) => [parameterArn(ctx, String(input.Path ?? ''))],
    conditions: (input: any) => ({ 'ssm:recursive': String(input.Recursive ?? false) }),
    also: (input: any, ctx) => (input.WithDecryption === true ? decrypts(ctx, (quietly(() => getParametersByPath({ ...input, WithDecryption: false }, ctx))?.Parameters ?? []).map((one) => `${one.Name ?? ''}:${one.Version ?? ''}`)) : []),
  },
  LabelParameterVersion: onName,
  ListTagsForResource: onTagged,
  PutParameter: onName,
  RemoveTagsFromResource: onTagged,
  ResumeSession: onSession,
  TerminateSession: onSession,
  UnlabelParameterVersion: onName,
};
