// AddTagsToResource, RemoveTagsFromResource and ListTagsForResource, of parameters.
import { parameterKey, parameters, type Parameter } from '#model/parameter.ts';
import type { Tag } from '#model/tag.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits, validation } from '../limits.ts';
import type * as sdk from './shapes.ts';

const MAX_TAGS = 50;

export function validTags(given: readonly sdk.Tag[] | undefined): Tag[] {
  const tags = (given ?? []).map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }));
  for (const { key, value } of tags) {
    checkLimits([key, 'tags.1.member.key', { minLength: 1, maxLength: 128 }], [value, 'tags.1.member.value', { maxLength: 256 }]);
    if (key.toLowerCase().startsWith('aws:')) throw validation('Tag keys cannot start with "aws:".');
  }
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) throw validation('Duplicate tag keys are not allowed.');
  if (tags.length > MAX_TAGS) throw tooMany();
  return tags;
}

export function addTagsToResource(input: sdk.AddTagsToResourceRequest, ctx: VaultContext): object {
  const added = validTags(input.Tags);
  ctx.store.transact((tx) => {
    const parameter = tagged(tx, ctx, input);
    const tags = [...parameter.tags.filter((tag) => !added.some((one) => one.key === tag.key)), ...added];
    if (tags.length > MAX_TAGS) throw tooMany();
    tx.put(parameters, { ...parameter, tags });
  });
  return {};
}

export function removeTagsFromResource(input: sdk.RemoveTagsFromResourceRequest, ctx: VaultContext): object {
  ctx.store.transact((tx) => {
    const parameter = tagged(tx, ctx, input);
    tx.put(parameters, { ...parameter, tags: parameter.tags.filter((tag) => !(input.TagKeys ?? []).includes(tag.key)) });
  });
  return {};
}

export function listTagsForResource(input: sdk.ListTagsForResourceRequest, ctx: VaultContext): sdk.ListTagsForResourceResult {
  return { TagList: tagged(ctx.store, ctx, input).tags.map(({ key, value }) => ({ Key: key, Value: value })) };
}

function tagged(reader: Reader, ctx: VaultContext, input: { ResourceType?: string | undefined; ResourceId?: string | undefined }): Parameter {
  if (input.ResourceType !== 'Parameter') throw new AwsError('InvalidResourceType', `The resource type is not valid. Longshore has Parameter, got ${input.ResourceType ?? ''}.`);
  const parameter = reader.get(parameters, parameterKey(ctx, input.ResourceId ?? ''));
  if (parameter === undefined) throw new AwsError('InvalidResourceId', 'The resource ID is not valid. Verify that you entered the correct ID and try again.');
  return parameter;
}

function tooMany(): AwsError {
  return new AwsError('TooManyTagsError', 'The Targets parameter includes too many tags. Remove one or more tags and try the command again.');
}
