// Tags: what may be one, and which of them a resource gets when it is made.
import type { Tag } from '#model/tag.ts';
import { AwsError } from '#wire/aws-error.ts';
import { invalidParameter } from './errors.ts';
import type { Tag as AwsTag, ResourceType, TagSpecification } from './shapes.ts';

const KEY_LENGTH_MAX = 128;
const VALUE_LENGTH_MAX = 256;
const TAGS_MAX = 50;
const RESERVED = /^aws:/i;

/** The tags of a request, checked. */
export function parseTags(tags: readonly AwsTag[] | undefined): Tag[] {
  const parsed: Tag[] = [];
  for (const { Key: key, Value: value = '' } of tags ?? []) {
    if (key === undefined || key === '') throw invalidParameter('Tag key cannot be null or empty.');
    if (RESERVED.test(key)) throw invalidParameter(`Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`);
    if (key.length > KEY_LENGTH_MAX) throw invalidParameter(`Tag key exceeds the maximum length of ${KEY_LENGTH_MAX} characters`);
    if (value.length > VALUE_LENGTH_MAX) throw invalidParameter(`Tag value exceeds the maximum length of ${VALUE_LENGTH_MAX} characters`);
    if (parsed.some((tag) => tag.key === key)) throw invalidParameter(`Duplicate tag key '${key}' specified.`);
    parsed.push({ key, value });
  }
  return parsed;
}

/** The tags for a new resource of this type. Every specification must be for it. */
export function tagsForNew(specifications: readonly TagSpecification[] | undefined, type: ResourceType): Tag[] {
  for (const { ResourceType: wanted } of specifications ?? []) {
    if (wanted !== type) throw invalidParameter(`'${wanted ?? 'null'}' is not a valid taggable resource type for this operation.`);
  }
  return mergeTags([], parseTags((specifications ?? []).flatMap((specification) => specification.Tags ?? [])));
}

/** The tags with these added; a key that is there already gets the new value. Throws TagLimitExceeded. */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [tag.key, tag]));
  for (const tag of added) merged.set(tag.key, tag);
  if (merged.size > TAGS_MAX) throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  return [...merged.values()];
}

/** The tags without these: a value that is given must be the tag's own. No tags at all = every tag but AWS's own goes. */
export function removeTags(tags: readonly Tag[], removed: readonly AwsTag[] | undefined): Tag[] {
  if (removed === undefined || removed.length === 0) return [];
  return tags.filter((tag) => !removed.some(({ Key, Value }) => Key === tag.key && (Value === undefined || Value === tag.value)));
}

export function viewTags(tags: readonly Tag[]): AwsTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
