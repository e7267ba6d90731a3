// Tag immutability: whether a tag that exists may be moved to another image.
import type { TagExclusionFilter, TagMutability } from '#model/repository.ts';

/** Whether `tag` may be overwritten, by the repository's setting and the filters that are excluded from it. */
export function mayOverwriteTag(mutability: TagMutability, filters: readonly TagExclusionFilter[], tag: string): boolean {
  const excluded = filters.some((filter) => matchesWildcard(filter.filter, tag));
  switch (mutability) {
    case 'MUTABLE':
      return true;
    case 'IMMUTABLE':
      return false;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return excluded;
    case 'MUTABLE_WITH_EXCLUSION':
      return !excluded;
  }
}

/** `*` stands for any run of characters, everything else for itself. Linear: no regular expression made from user text. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = parts.pop() ?? '';
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
