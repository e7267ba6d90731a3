// CreateActivation, DescribeActivations, DeleteActivation: what lets machines outside AWS in (ECS Anywhere).
import { hash } from 'node:crypto';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { activations, type Activation } from '#model/activation.ts';
import { identities, identityKey } from '#model/identity.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits, validation } from '../limits.ts';
import { listPage } from '../list-page.ts';
import { invalidNextToken } from './errors.ts';
import type * as sdk from './shapes.ts';
import { validTags } from './tags.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_LIFE_MS = 30 * DAY_MS;
const CODE_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODE_LENGTH = 20;

/** Order of checks: lengths, tags, expiration date, role. */
export function createActivation(input: sdk.CreateActivationRequest, ctx: VaultContext): sdk.CreateActivationResult {
  checkLimits(
    [input.IamRole ?? '', 'iamRole', { minLength: 1, maxLength: 64 }],
    [input.Description, 'description', { maxLength: 256 }],
    [input.DefaultInstanceName, 'defaultInstanceName', { maxLength: 256 }],
    [input.RegistrationLimit, 'registrationLimit', { minValue: 1, maxValue: 1000 }],
  );
  const tags = validTags(input.Tags);
  const expiresAt = input.ExpirationDate?.getTime() ?? ctx.now + DAY_MS;
  if (!(expiresAt > ctx.now && expiresAt <= ctx.now + MAX_LIFE_MS)) throw validation('ExpirationDate must be in the future and within 30 days.');
  const iamRole = input.IamRole ?? '';
  const code = newCode(ctx.random);
  return ctx.store.transact((tx) => {
    const name = iamRole.slice(iamRole.lastIndexOf('/') + 1);
    const role = tx.get(identities, identityKey(ctx.account, 'role', name));
    if (!role?.role?.trust.includes('ssm.amazonaws.com')) throw validation(`Nonexistent role or missing ssm service principal in trust policy: ${iamRole}`);
    const made: Activation = {
      id: uuid(ctx.random), account: ctx.account, region: ctx.region, codeHash: hash('sha256', code, 'hex'), iamRole, registrationLimit: input.RegistrationLimit ?? 1, registrationsCount: 0, expiresAt, createdAt: ctx.now, tags,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.DefaultInstanceName !== undefined && { defaultInstanceName: input.DefaultInstanceName }),
    };
    tx.put(activations, made);
    return { ActivationId: made.id, ActivationCode: code };
  });
}

/** Machines that have registered stay. */
export function deleteActivation(input: sdk.DeleteActivationRequest, ctx: VaultContext): sdk.DeleteActivationResult {
  ctx.store.transact((tx) => {
    const found = tx.get(activations, input.ActivationId ?? '');
    if (found === undefined || found.account !== ctx.account || found.region !== ctx.region) throw new AwsError('InvalidActivation', 'The activation is not valid. The activation might have been deleted, or the ActivationId and the ActivationCode do not match.');
    tx.delete(activations, found.id);
  });
  return {};
}

export function describeActivations(input: sdk.DescribeActivationsRequest, ctx: VaultContext): sdk.DescribeActivationsResult {
  checkLimits([input.MaxResults, 'maxResults', { minValue: 1, maxValue: 50 }]);
  const filters = (input.Filters ?? []).map(parseFilter);
  const found = [...ctx.store.by(activations, 'scope', `${ctx.account}/${ctx.region}`)].filter((row) => filters.every((accepts) => accepts(row)));
  const { rows, nextToken } = listPage('activations', found, (row) => row.id, input.MaxResults ?? 50, input.NextToken, invalidNextToken);
  return { ActivationList: rows.map((row) => view(row, ctx.now)), ...(nextToken !== undefined && { NextToken: nextToken }) };
}

function parseFilter({ FilterKey, FilterValues = [] }: sdk.DescribeActivationsFilter): (row: Activation) => boolean {
  switch (FilterKey) {
    case 'ActivationIds':
      return (row) => FilterValues.includes(row.id);
    case 'DefaultInstanceName':
      return (row) => FilterValues.includes(row.defaultInstanceName ?? '');
    case 'IamRole':
      return (row) => FilterValues.includes(row.iamRole);
    default:
      throw new AwsError('InvalidFilter', `The filter name isn't valid: ${String(FilterKey)}. Use ActivationIds, DefaultInstanceName or IamRole.`);
  }
}

function view(row: Activation, now: number): sdk.Activation {
  return {
    ActivationId: row.id,
    ...(row.description !== undefined && { Description: row.description }),
    ...(row.defaultInstanceName !== undefined && { DefaultInstanceName: row.defaultInstanceName }),
    IamRole: row.iamRole,
    RegistrationLimit: row.registrationLimit,
    RegistrationsCount: row.registrationsCount,
    ExpirationDate: new Date(row.expiresAt),
    Expired: now >= row.expiresAt,
    CreatedDate: new Date(row.createdAt),
    Tags: row.tags.map(({ key, value }) => ({ Key: key, Value: value })),
  };
}

/** 64 symbols: no bias. */
function newCode(random: Random): string {
  return Array.from(random.bytes(CODE_LENGTH), (byte) => CODE_ALPHABET[byte % 64]).join('');
}
