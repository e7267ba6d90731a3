// ListKeys and ListAliases.
import { kmsAliases, kmsKeys } from '#model/kms-key.ts';
import { lastSegment } from '#model/arn.ts';
import { listPage } from '../list-page.ts';
import { checkLimits } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { invalidMarker } from './errors.ts';
import { findKeyById } from './find-key.ts';
import type { ListAliasesRequest, ListAliasesResponse, ListKeysRequest, ListKeysResponse } from './shapes.ts';

const LIMIT = { minValue: 1, maxValue: 1000 };

export function listKeys(input: ListKeysRequest, ctx: VaultContext): ListKeysResponse {
  checkLimits([input.Limit, 'limit', LIMIT]);
  const { rows, nextToken } = listPage('keys', ctx.store.by(kmsKeys, 'scope', `${ctx.account}/${ctx.region}`), (key) => key.id, input.Limit ?? 100, input.Marker, invalidMarker);
  return { Keys: rows.map((key) => ({ KeyId: key.id, KeyArn: key.arn })), ...more(nextToken) };
}

export function listAliases(input: ListAliasesRequest, ctx: VaultContext): ListAliasesResponse {
  checkLimits([input.Limit, 'limit', { minValue: 1, maxValue: 100 }]);
  const all = input.KeyId === undefined
    ? ctx.store.by(kmsAliases, 'scope', `${ctx.account}/${ctx.region}`)
    : ctx.store.by(kmsAliases, 'target', findKeyById(ctx.store, ctx, input.KeyId).arn);
  const { rows, nextToken } = listPage('aliases', all, (alias) => alias.name, input.Limit ?? 50, input.Marker, invalidMarker);
  const Aliases = rows.map((alias) => ({
    AliasName: alias.name,
    AliasArn: alias.arn,
    TargetKeyId: lastSegment(alias.targetKeyArn),
    CreationDate: new Date(alias.createdAt),
    LastUpdatedDate: new Date(alias.updatedAt),
  }));
  return { Aliases, ...more(nextToken) };
}

export function more(nextToken: string | undefined): { Truncated: boolean; NextMarker?: string } {
  return { Truncated: nextToken !== undefined, ...(nextToken !== undefined && { NextMarker: nextToken }) };
}
