// Tags as ECS accepts them, on every resource alike.
import type { Tag } from '#model/tag.ts';
import { invalidParameter } from './errors.ts';
import type { Shape, Tag as TagShape } from './shapes.ts';

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a request in their order. Throws InvalidParameterException for any that ECS refuses. */
export function validTags(tags: readonly Shape<TagShape>[] | undefined): Tag[] {
  if (tags === undefined) return [];
  if (tags.length > MAX_TAGS) throw invalidParameter(`Tags can not have more than ${MAX_TAGS} elements.`);
  const seen = new Set<string>();
  return tags.map((tag) => {
    const key = tag?.key ?? '';
    const value = tag?.value ?? '';
    validKey(key);
    if (value.length > MAX_VALUE) throw invalidParameter(`Tag value exceeds the maximum length of ${MAX_VALUE}.`);
    if (!ALLOWED.test(value)) throw invalidCharacters();
    if (seen.has(key)) throw invalidParameter(`Duplicate tag keys found. Tag keys must be unique: ${key}`);
    seen.add(key);
    return { key, value };
  });
}

/** `existing` with `added` over them. Throws InvalidParameterException when that makes more than 50 of the user's own. */
export function mergedTags(existing: readonly Tag[], added: readonly Tag[]): Tag[] {
  const byKey = new Map(existing.map((tag) => [tag.key, tag]));
  for (const tag of added) byKey.set(tag.key, tag);
  const merged = [...byKey.values()];
  if (merged.filter((tag) => !isReserved(tag.key)).length > MAX_TAGS) {
    throw invalidParameter(`Tags can not have more than ${MAX_TAGS} elements.`);
  }
  return merged;
}

/** Throws InvalidParameterException for a key that ECS refuses. */
export function validKey(key: string): void {
  if (key === '' || key.length > MAX_KEY) throw invalidParameter(`Tag key length must be between 1 and ${MAX_KEY}.`);
  if (isReserved(key)) throw invalidParameter("Tag keys can't start with the reserved prefix 'aws:'.");
  if (!ALLOWED.test(key)) throw invalidCharacters();
}

function isReserved(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}

function invalidCharacters(): Error {
  return invalidParameter(
    'Some tags contain invalid characters. Valid characters: UTF-8 letters, spaces, numbers and _ . / = + - : @.',
  );
}
