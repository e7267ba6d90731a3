// PutParameter. Order of checks: constraints, name, tags with overwrite, data type, tier and size, pattern, existence, versions, key.
import { nameProblem } from '#core/secrets/parameter-name.ts';
import {
  parameterArn, parameterKey, parameters, parameterVersionKey, parameterVersions, type Parameter, type ParameterTier, type ParameterType, type ParameterVersion,
} from '#model/parameter.ts';
import type { Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits, validation } from '../limits.ts';
import { checkAllowedPattern } from './allowed-pattern.ts';
import { alreadyExists, invalidName } from './errors.ts';
import { newestVersion, versionsOf } from './find-parameter.ts';
import { DEFAULT_KEY, sealValue } from './secure-value.ts';
import type { PutParameterRequest, PutParameterResult } from './shapes.ts';
import { validTags } from './tags.ts';

const MAX_VERSIONS = 100;
const MAX_PARAMETERS = 10_000;
const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;

export function putParameter(input: PutParameterRequest, ctx: VaultContext): PutParameterResult {
  const name = checkInput(input);
  const tags = validTags(input.Tags);
  return ctx.store.transact((tx) => {
    const before = tx.get(parameters, parameterKey(ctx, name));
    if (before !== undefined && input.Overwrite !== true) throw alreadyExists();
    if (before === undefined && input.Type === undefined) throw validation('A parameter type is required when you create a parameter.');
    if (before === undefined && tx.count(parameters, 'scope', `${ctx.account}/${ctx.region}`) >= MAX_PARAMETERS) {
      throw new AwsError('ParameterLimitExceeded', `You have exceeded the number of parameters for this AWS account. The limit is ${MAX_PARAMETERS}.`);
    }
    const last = before && newestVersion(tx, before);
    const parameter: Parameter = before === undefined
      ? { arn: parameterArn(ctx, name), account: ctx.account, region: ctx.region, name, version: 1, tags, createdAt: ctx.now }
      : { ...before, version: before.version + 1 };
    if (before !== undefined) makeRoom(tx, before);
    const version = nextVersion(tx, ctx, input, parameter, last);
    tx.put(parameters, parameter);
    tx.put(parameterVersions, version);
    return { Version: version.version, Tier: version.tier };
  });
}

/** The name, when nothing in the request alone is wrong. */
function checkInput(input: PutParameterRequest): string {
  const name = input.Name ?? '';
  checkLimits(
    [name, 'name', { minLength: 1, maxLength: 2048 }],
    [input.Value, 'value', { minLength: 1 }],
    [input.Description, 'description', { maxLength: 1024 }],
    [input.Type, 'type', { oneOf: ['SecureString', 'StringList', 'String'] }],
    [input.Tier, 'tier', { oneOf: ['Standard', 'Advanced', 'Intelligent-Tiering'] }],
    [input.AllowedPattern, 'allowedPattern', { maxLength: 1024 }],
    [input.KeyId, 'keyId', { minLength: 1, maxLength: 256 }],
  );
  const problem = nameProblem(name);
  if (problem !== undefined) throw invalidName(problem, name);
  if (input.Overwrite === true && (input.Tags?.length ?? 0) > 0) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (input.KeyId !== undefined && input.Type !== undefined && input.Type !== 'SecureString') throw validation('KeyId is required for SecureString type parameter only.');
  if (input.DataType !== undefined && input.DataType !== 'text') {
    throw validation(`The following data type is not supported: ${input.DataType} (Data type names are all lowercase.)`);
  }
  if (input.Policies !== undefined) checkPolicies(input.Policies);
  return name;
}

function nextVersion(tx: Transaction, ctx: VaultContext, input: PutParameterRequest, parameter: Parameter, last: ParameterVersion | undefined): ParameterVersion {
  const type = (input.Type ?? last?.type ?? 'String') as ParameterType;
  if (last !== undefined && last.type !== type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  const value = input.Value ?? '';
  const tier = chooseTier(input, value, last?.tier);
  const allowedPattern = input.AllowedPattern ?? last?.allowedPattern;
  if (allowedPattern !== undefined && allowedPattern !== '') checkAllowedPattern(allowedPattern, value);
  const keyId = type === 'SecureString' ? (input.KeyId ?? last?.keyId ?? DEFAULT_KEY) : undefined;
  const policies = input.Policies ?? last?.policies;
  const description = input.Description ?? last?.description;
  return {
    parameterKey: parameterKey(parameter, parameter.name),
    version: parameter.version,
    type,
    value: keyId === undefined ? value : sealValue(tx, ctx, keyId, parameter.arn, value),
    ...(keyId !== undefined && { keyId }),
    ...(description !== undefined && { description }),
    ...(allowedPattern !== undefined && { allowedPattern }),
    ...(policies !== undefined && { policies }),
    tier,
    dataType: 'text',
    labels: [],
    modifiedAt: ctx.now,
    modifiedBy: ctx.call.caller.arn,
  };
}

/** The oldest version goes when there are a hundred, unless somebody has labelled it. */
function makeRoom(tx: Transaction, parameter: Parameter): void {
  const versions = versionsOf(tx, parameter);
  const oldest = versions[0];
  if (versions.length < MAX_VERSIONS || oldest === undefined) return;
  if (oldest.labels.length > 0) {
    throw new AwsError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${parameter.name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
    );
  }
  tx.delete(parameterVersions, parameterVersionKey(oldest.parameterKey, oldest.version));
}

function chooseTier(input: PutParameterRequest, value: string, last: ParameterTier | undefined): ParameterTier {
  const size = Buffer.byteLength(value);
  const needsAdvanced = size > STANDARD_BYTES || (input.Policies !== undefined && input.Policies !== '[]');
  const asked = input.Tier ?? last ?? 'Standard';
  const tier = asked === 'Intelligent-Tiering' ? (needsAdvanced || last === 'Advanced' ? 'Advanced' : 'Standard') : asked;
  if (tier === 'Standard' && last === 'Advanced') {
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  if (tier === 'Standard' && size > STANDARD_BYTES) {
    throw validation(
      'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
    );
  }
  if (tier === 'Standard' && needsAdvanced) throw validation('Parameter policies are only supported for parameters that use the advanced-parameter tier.');
  if (size > ADVANCED_BYTES) throw validation('Advanced tier parameters support a maximum parameter value of 8192 characters.');
  return tier;
}

const POLICY_TYPES = ['Expiration', 'ExpirationNotification', 'NoChangeNotification'];

function checkPolicies(text: string): void {
  let policies: unknown;
  try {
    policies = JSON.parse(text);
  } catch {
    policies = undefined;
  }
  if (!Array.isArray(policies)) throw new AwsError('InvalidPolicyAttributeException', 'The policies are not a JSON array.');
  if (policies.length > 10) throw new AwsError('PoliciesLimitExceededException', 'You specified more than the maximum number of allowed policies for the parameter. The maximum is 10.');
  for (const policy of policies as { Type?: unknown }[]) {
    if (!POLICY_TYPES.includes(String(policy?.Type))) throw new AwsError('InvalidPolicyTypeException', `The policy type isn't supported: ${String(policy?.Type)}. Parameter Store supports ${POLICY_TYPES.join(', ')}.`);
  }
}
