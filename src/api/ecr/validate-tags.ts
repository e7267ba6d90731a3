// Resource tags by ECR's rules.
import type { Tag } from '#model/tag.ts';
import { AwsError } from '#wire/aws-error.ts';

const TAGS_MAX = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Checks given tags. Throws InvalidTagParameterException. */
export function validTags(tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined): readonly Tag[] {
  const seen = new Set<string>();
  return (tags ?? []).map(({ Key: key = '', Value: value = '' }) => {
    if (key.length < 1 || key.length > 128) throw invalidTag('Tag keys must have 1 to 128 characters.');
    if (value.length > 256) throw invalidTag('Tag values must have at most 256 characters.');
    if (!CHARACTERS.test(key) || !CHARACTERS.test(value)) throw invalidTag('Tag keys and values can only contain letters, numbers, spaces and _ . : / = + - @.');
    if (key.toLowerCase().startsWith('aws:')) throw invalidTag('Tag keys cannot start with aws:.');
    if (seen.has(key)) throw invalidTag(`Duplicate tag key '${key}'.`);
    seen.add(key);
    return { key, value };
  });
}

/** `old` with `added` over it. Throws TooManyTagsException. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map([...old, ...added].map((tag) => [tag.key, tag]));
  if (merged.size > TAGS_MAX) throw new AwsError('TooManyTagsException', `The list of tags on the repository is over the limit. The maximum number of tags that can be applied to a repository is ${TAGS_MAX}.`);
  return [...merged.values()];
}

function invalidTag(message: string): AwsError {
  return new AwsError('InvalidTagParameterException', message);
}
