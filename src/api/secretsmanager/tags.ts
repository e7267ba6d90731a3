// TagResource and UntagResource.
import { secrets } from '#model/secret.ts';
import type { Tag } from '#model/tag.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { liveSecret } from './find-secret.ts';
import type * as sdk from './shapes.ts';

const MAX_TAGS = 50;

export function validTags(given: readonly sdk.Tag[] | undefined): Tag[] {
  const tags = (given ?? []).map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }));
  for (const { key, value } of tags) {
    checkLimits([key, 'tags.1.member.key', { minLength: 1, maxLength: 128 }], [value, 'tags.1.member.value', { maxLength: 256 }]);
    if (key.toLowerCase().startsWith('aws:')) throw invalidRequest('Tag keys that start with aws: are reserved.');
  }
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) throw invalidParameter('Duplicate tag keys are not allowed.');
  if (tags.length > MAX_TAGS) throw invalidParameter('A secret can have at most 50 tags.');
  return tags;
}

export function tagResource(input: sdk.TagResourceRequest, ctx: VaultContext): object {
  const added = validTags(input.Tags);
  ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    const tags = [...secret.tags.filter((tag) => !added.some((one) => one.key === tag.key)), ...added];
    if (tags.length > MAX_TAGS) throw invalidParameter('A secret can have at most 50 tags.');
    tx.put(secrets, { ...secret, tags });
  });
  return {};
}

export function untagResource(input: sdk.UntagResourceRequest, ctx: VaultContext): object {
  ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    tx.put(secrets, { ...secret, tags: secret.tags.filter((tag) => !(input.TagKeys ?? []).includes(tag.key)) });
  });
  return {};
}
