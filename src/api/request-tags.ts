// The tags that an input brings, however its service writes them: for aws:RequestTag and aws:TagKeys conditions.
import type { Tag } from '#model/tag.ts';

/** `tags: [{key, value}]`, `Tags: [{Key, Value}]`, `tags: {key: value}`, `TagSpecifications`; keys alone of untagging calls. */
export function requestTags(input: unknown): readonly Tag[] {
  if (typeof input !== 'object' || input === null) return [];
  const { tags, Tags, TagSpecifications, tagKeys, TagKeys } = input as Record<string, unknown>;
  const given = tags ?? Tags;
  if (Array.isArray(given)) return given.flatMap(readTag);
  if (typeof given === 'object' && given !== null) return Object.entries(given).map(([key, value]) => ({ key, value: String(value) }));
  if (Array.isArray(TagSpecifications)) return TagSpecifications.flatMap((one) => requestTags(one));
  const keys = tagKeys ?? TagKeys;
  return Array.isArray(keys) ? keys.map((key) => ({ key: String(key), value: '' })) : [];
}

function readTag(tag: unknown): Tag[] {
  if (typeof tag !== 'object' || tag === null) return [];
  const { key, Key, value, Value } = tag as Record<string, unknown>;
  const name = key ?? Key;
  return typeof name === 'string' ? [{ key: name, value: String(value ?? Value ?? '') }] : [];
}
