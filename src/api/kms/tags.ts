// TagResource, UntagResource and ListResourceTags.
import { kmsKeys } from '#model/kms-key.ts';
import type { Tag } from '#model/tag.ts';
import { AwsError } from '#wire/aws-error.ts';
import { listPage } from '../list-page.ts';
import { checkLimits } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { invalidMarker } from './errors.ts';
import { findKeyById } from './find-key.ts';
import { KEY_ID_LIMIT } from './key-limits.ts';
import { customer } from './key-state.ts';
import { more } from './list-keys.ts';
import type * as sdk from './shapes.ts';

const MAX_TAGS = 50;

/** Throws TagException for what KMS refuses. */
export function validTags(given: readonly sdk.Tag[] | undefined): Tag[] {
  const tags = (given ?? []).map(({ TagKey = '', TagValue = '' }) => ({ key: TagKey, value: TagValue }));
  for (const { key, value } of tags) {
    checkLimits([key, 'tags.member.tagKey', { minLength: 1, maxLength: 128 }], [value, 'tags.member.tagValue', { maxLength: 256 }]);
    if (key.toLowerCase().startsWith('aws:')) throw new AwsError('TagException', 'aws: prefixed tag key names are not allowed for external use.');
  }
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) throw new AwsError('TagException', 'Duplicate tag keys');
  if (tags.length > MAX_TAGS) throw new AwsError('TagException', 'Too many tags');
  return tags;
}

export function tagResource(input: sdk.TagResourceRequest, ctx: VaultContext): object {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  const added = validTags(input.Tags);
  ctx.store.transact((tx) => {
    const key = customer(findKeyById(tx, ctx, input.KeyId ?? ''));
    const tags = [...key.tags.filter((tag) => !added.some((one) => one.key === tag.key)), ...added];
    if (tags.length > MAX_TAGS) throw new AwsError('TagException', 'Too many tags');
    tx.put(kmsKeys, { ...key, tags });
  });
  return {};
}

export function untagResource(input: sdk.UntagResourceRequest, ctx: VaultContext): object {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT]);
  ctx.store.transact((tx) => {
    const key = customer(findKeyById(tx, ctx, input.KeyId ?? ''));
    tx.put(kmsKeys, { ...key, tags: key.tags.filter((tag) => !(input.TagKeys ?? []).includes(tag.key)) });
  });
  return {};
}

export function listResourceTags(input: sdk.ListResourceTagsRequest, ctx: VaultContext): sdk.ListResourceTagsResponse {
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT], [input.Limit, 'limit', { minValue: 1, maxValue: 50 }]);
  const key = findKeyById(ctx.store, ctx, input.KeyId ?? '');
  const { rows, nextToken } = listPage(`tags ${key.id}`, key.tags, (tag) => tag.key, input.Limit ?? 50, input.Marker, invalidMarker);
  return { Tags: rows.map((tag) => ({ TagKey: tag.key, TagValue: tag.value })), ...more(nextToken) };
}
