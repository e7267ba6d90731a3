// What IAM is asked about SSM operations: the parameters they name (GetParametersByPath about the path), or the session.
import type { OperationAccess } from '#wire/service.ts';
import { parseSelector } from '#core/secrets/parameter-name.ts';
import { arn } from '#model/arn.ts';
import { parameterArn } from '#model/parameter.ts';
import type { VaultContext } from '../kms/context.ts';
import type { SsmOperationName } from './shapes.ts';

type Ask = OperationAccess<VaultContext>;

/** The ARN of what a request names, without version or label. */
function named(ctx: VaultContext, text: unknown): string {
  const name = typeof text === 'string' ? text : '';
  if (!name.startsWith('arn:')) return parameterArn(ctx, parseSelector(name).name);
  return name.split(':').slice(0, 6).join(':');
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
  GetParameter: onName,
  GetParameterHistory: onName,
  GetParameters: onNames,
  GetParametersByPath: {
    resources: (input: any, ctx) => [parameterArn(ctx, String(input.Path ?? ''))],
    conditions: (input: any) => ({ 'ssm:recursive': String(input.Recursive ?? false) }),
  },
  LabelParameterVersion: onName,
  ListTagsForResource: onTagged,
  PutParameter: onName,
  RemoveTagsFromResource: onTagged,
  ResumeSession: onSession,
  TerminateSession: onSession,
  UnlabelParameterVersion: onName,
};
