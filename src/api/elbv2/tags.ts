// Tags: what may be one, and on how many.
import type { Tag } from '#model/tag.ts';
import { AwsError } from '#wire/aws-error.ts';
import { validationError } from './errors.ts';
import type { Shape, Tag as AwsTag } from './shapes.ts';

const TAGS_MAX = 50;

/** The tags of a request, checked. Throws ValidationError, DuplicateTagKeys, TooManyTags. */
export function parseTags(tags: readonly Shape<AwsTag>[] | undefined): Tag[] {
  const parsed: Tag[] = [];
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (key === '' || key.length > 128) throw validationError(`Tag key '${key}' must have length between 1 and 128`);
    if (/^aws:/i.test(key)) throw validationError(`Tag key '${key}' is reserved: it begins with aws:`);
    if (value.length > 256) throw validationError(`Tag value of key '${key}' must have length less than or equal to 256`);
    if (parsed.some((tag) => tag.key === key)) throw new AwsError('DuplicateTagKeys', `Duplicate tag keys: '${key}'`);
    parsed.push({ key, value });
  }
  if (parsed.length > TAGS_MAX) throw tooManyTags();
  return parsed;
}

/** The tags with these added; a key that is there gets the new value. */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [tag.key, tag]));
  for (const tag of added) merged.set(tag.key, tag);
  if (merged.size > TAGS_MAX) throw tooManyTags();
  return [...merged.values()];
}

export function viewTags(tags: readonly Tag[]): AwsTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}

function tooManyTags(): AwsError {
  return new AwsError('TooManyTags', `The limit on the number of tags, ${TAGS_MAX}, has been reached`);
}
