// Tags of certificates.
import type { Tag } from '#model/tag.ts';
import { AwsError } from '#wire/aws-error.ts';

const TAGS_MAX = 50;

interface TagInput {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Throws InvalidTagException, TooManyTagsException. */
export function addTags(before: readonly Tag[], input: readonly TagInput[] | undefined): Tag[] {
  const merged = new Map(before.map((tag) => [tag.key, tag]));
  for (const { Key: key = '', Value: value = '' } of input ?? []) {
    if (key === '' || key.length > 128 || value.length > 256) throw new AwsError('InvalidTagException', `The tag '${key}' is not valid.`);
    if (/^aws:/i.test(key)) throw new AwsError('InvalidTagException', `The tag key '${key}' begins with 'aws:', which is reserved.`);
    merged.set(key, { key, value });
  }
  if (merged.size > TAGS_MAX) throw new AwsError('TooManyTagsException', `The request contains too many tags: at most ${TAGS_MAX} are allowed.`);
  return [...merged.values()];
}

/** A value that is given must be the tag's own. */
export function removeTags(before: readonly Tag[], input: readonly TagInput[] | undefined): Tag[] {
  return before.filter((tag) => !(input ?? []).some(({ Key, Value }) => Key === tag.key && (Value === undefined || Value === tag.value)));
}

export function viewTags(tags: readonly Tag[]): { Key: string; Value: string }[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
