// GetSecretValue and BatchGetSecretValue.
import { CURRENT, holderOf } from '#core/secrets/version-stages.ts';
import { secrets, secretVersions, type Secret, type SecretVersion } from '#model/secret.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import { listPage } from '../list-page.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidNextToken, invalidParameter, invalidRequest, valueNotFound } from './errors.ts';
import { matchesFilters } from './filters.ts';
import { liveSecret, versionsOf } from './find-secret.ts';
import { openValue } from './secret-value.ts';
import type {
  APIErrorType, BatchGetSecretValueRequest, BatchGetSecretValueResponse, GetSecretValueRequest, GetSecretValueResponse, SecretValueEntry,
} from './shapes.ts';

const DAY_MS = 86_400_000;

export function getSecretValue(input: GetSecretValueRequest, ctx: VaultContext): GetSecretValueResponse {
  checkLimits([input.VersionId, 'versionId', { minLength: 32, maxLength: 64 }], [input.VersionStage, 'versionStage', { minLength: 1, maxLength: 256 }]);
  const secret = liveSecret(ctx.store, ctx, input.SecretId);
  const version = choose(ctx.store, secret, input);
  const answer = view(ctx, secret, version);
  noteAccess(ctx, secret, version);
  return answer;
}

/** One secret's failure is told beside the others' values. */
export function batchGetSecretValue(input: BatchGetSecretValueRequest, ctx: VaultContext): BatchGetSecretValueResponse {
  checkLimits([input.SecretIdList, 'secretIdList', { minLength: 1, maxLength: 20 }], [input.MaxResults, 'maxResults', { minValue: 1, maxValue: 20 }]);
  if ((input.SecretIdList === undefined) === (input.Filters === undefined)) throw invalidParameter('Either SecretIdList or Filters must be provided, but not both.');
  if (input.SecretIdList !== undefined && input.MaxResults !== undefined) throw invalidParameter('MaxResults can only be used with Filters.');
  const SecretValues: SecretValueEntry[] = [];
  const Errors: APIErrorType[] = [];
  const { ids, nextToken } = wanted(input, ctx);
  for (const SecretId of ids) {
    try {
      SecretValues.push(getSecretValue({ SecretId }, ctx));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors, ...(nextToken !== undefined && { NextToken: nextToken }) };
}

/** The secrets a batch is about: those it names, or a page of those its filters find. */
export function wanted(input: BatchGetSecretValueRequest, ctx: VaultContext): { ids: readonly string[]; nextToken: string | undefined } {
  if (input.SecretIdList !== undefined) return { ids: input.SecretIdList, nextToken: undefined };
  const accepts = matchesFilters(input.Filters);
  const found = [...ctx.store.by(secrets, 'scope', `${ctx.account}/${ctx.region}`)].filter((secret) => secret.deletedAt === undefined && accepts(secret));
  const { rows, nextToken } = listPage('batch', found, (secret) => secret.name, input.MaxResults ?? 20, input.NextToken, invalidNextToken);
  return { ids: rows.map((secret) => secret.arn), nextToken };
}

/** The version that a request means. Throws as GetSecretValue does. */
export function meantVersion(input: GetSecretValueRequest, ctx: VaultContext): SecretVersion {
  return choose(ctx.store, liveSecret(ctx.store, ctx, input.SecretId), input);
}

function choose(reader: Reader, secret: Secret, { VersionId, VersionStage }: GetSecretValueRequest): SecretVersion {
  const stage = VersionStage ?? CURRENT;
  const version = VersionId === undefined ? holderOf(versionsOf(reader, secret), stage) : reader.get(secretVersions, `${secret.arn}/${VersionId}`);
  const sought = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
  if (version === undefined) throw valueNotFound(sought);
  if (VersionStage !== undefined && !version.stages.includes(VersionStage)) throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  if (version.value === undefined) throw valueNotFound(sought);
  return version;
}

function view(ctx: VaultContext, secret: Secret, version: SecretVersion): GetSecretValueResponse {
  const bytes = openValue(ctx.store, ctx, version);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    ...(version.value?.kind === 'binary' ? { SecretBinary: bytes } : { SecretString: Buffer.from(bytes).toString() }),
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
  };
}

/** AWS says on which day a secret was last read; so a read is a write once a day. */
function noteAccess(ctx: VaultContext, secret: Secret, version: SecretVersion): void {
  const today = Math.floor(ctx.now / DAY_MS) * DAY_MS;
  if (secret.accessedAt === today && version.accessedAt === today) return;
  ctx.store.transact((tx) => {
    tx.put(secrets, { ...secret, accessedAt: today });
    tx.put(secretVersions, { ...version, accessedAt: today });
  });
}
