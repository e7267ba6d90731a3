// Tags of groups: each says whether its instances get it, too.
import type { GroupTag } from '#model/auto-scaling-group.ts';
import { validationError } from './errors.ts';
import type { Shape, Tag } from './shapes.ts';

const TAGS_MAX = 50;

export function parseTags(tags: readonly Shape<Tag>[] | undefined): GroupTag[] {
  const parsed = new Map<string, GroupTag>();
  for (const { Key: key = '', Value: value = '', PropagateAtLaunch } of tags ?? []) {
    if (key === '' || key.length > 128) throw validationError(`Tag key '${key}' must have length between 1 and 128`);
    if (/^aws:/i.test(key)) throw validationError(`Tag key '${key}' is reserved: aws: prefixed tag key names are not allowed for external use.`);
    if (value.length > 256) throw validationError(`Tag value of key '${key}' must have length less than or equal to 256`);
    parsed.set(key, { key, value, propagateAtLaunch: PropagateAtLaunch ?? true });
  }
  return limited([...parsed.values()]);
}

export function mergeTags(tags: readonly GroupTag[], added: readonly GroupTag[]): GroupTag[] {
  return limited([...new Map([...tags, ...added].map((tag) => [tag.key, tag])).values()]);
}

function limited(tags: GroupTag[]): GroupTag[] {
  if (tags.length > TAGS_MAX) throw validationError(`The number of tags must not be greater than ${TAGS_MAX}.`);
  return tags;
}
