// DescribeSecret, ListSecrets and ListSecretVersionIds.
import { secrets, type Secret } from '#model/secret.ts';
import { listPage } from '../list-page.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidNextToken } from './errors.ts';
import { matchesFilters } from './filters.ts';
import { findSecret, versionsOf } from './find-secret.ts';
import type {
  DescribeSecretRequest, DescribeSecretResponse, ListSecretsRequest, ListSecretsResponse, ListSecretVersionIdsRequest, ListSecretVersionIdsResponse,
} from './shapes.ts';
import { viewSecret } from './view-secret.ts';

const PAGE = { minValue: 1, maxValue: 100 };

export function describeSecret(input: DescribeSecretRequest, ctx: VaultContext): DescribeSecretResponse {
  const secret = findSecret(ctx.store, ctx, input.SecretId);
  return viewSecret(secret, versionsOf(ctx.store, secret));
}

const SORT_KEYS: Readonly<Record<string, (secret: Secret) => number>> = {
  'created-date': (secret) => secret.createdAt,
  'last-changed-date': (secret) => secret.changedAt,
  'last-accessed-date': (secret) => secret.accessedAt ?? 0,
};

export function listSecrets(input: ListSecretsRequest, ctx: VaultContext): ListSecretsResponse {
  checkLimits(
    [input.MaxResults, 'maxResults', PAGE],
    [input.SortOrder, 'sortOrder', { oneOf: ['asc', 'desc'] }],
    [input.SortBy, 'sortBy', { oneOf: ['created-date', 'last-accessed-date', 'last-changed-date', 'name'] }],
  );
  const accepts = matchesFilters(input.Filters);
  const found = [...ctx.store.by(secrets, 'scope', `${ctx.account}/${ctx.region}`)].filter(
    (secret) => accepts(secret) && (secret.deletedAt === undefined || input.IncludePlannedDeletion === true),
  );
  const by = SORT_KEYS[input.SortBy ?? 'created-date'];
  const descending = input.SortOrder === 'desc' || (input.SortOrder === undefined && input.SortBy !== 'name');
  const order = (secret: Secret): string => (by === undefined ? secret.name : `${String(by(secret)).padStart(16, '0')} ${secret.name}`);
  found.sort((a, b) => (order(a) < order(b) ? -1 : 1) * (descending ? -1 : 1));
  const rank = new Map(found.map((secret, at) => [secret, String(at).padStart(8, '0')]));
  // A page begins behind a place: a list that changes between pages may show a row twice or not, as AWS's does.
  const { rows, nextToken } = listPage('secrets', found, (secret) => rank.get(secret)!, input.MaxResults ?? 100, input.NextToken, invalidNextToken);
  const SecretList = rows.map((secret) => {
    const { VersionIdsToStages: SecretVersionsToStages, ...entry } = viewSecret(secret, versionsOf(ctx.store, secret));
    return { ...entry, SecretVersionsToStages };
  });
  return { SecretList, ...(nextToken !== undefined && { NextToken: nextToken }) };
}

export function listSecretVersionIds(input: ListSecretVersionIdsRequest, ctx: VaultContext): ListSecretVersionIdsResponse {
  checkLimits([input.MaxResults, 'maxResults', PAGE]);
  const secret = findSecret(ctx.store, ctx, input.SecretId);
  const all = versionsOf(ctx.store, secret).filter((version) => version.stages.length > 0 || input.IncludeDeprecated === true);
  const { rows, nextToken } = listPage(`versions ${secret.arn}`, all, (version) => version.versionId, input.MaxResults ?? 100, input.NextToken, invalidNextToken);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: rows.map((version) => ({
      VersionId: version.versionId,
      ...(version.stages.length > 0 && { VersionStages: [...version.stages] }),
      ...(version.accessedAt !== undefined && { LastAccessedDate: new Date(version.accessedAt) }),
      CreatedDate: new Date(version.createdAt),
      KmsKeyIds: [secret.kmsKeyId === undefined ? 'DefaultEncryptionKey' : version.kmsKeyArn],
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}
