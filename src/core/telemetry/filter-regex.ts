// The regular expressions that filter patterns allow between percent signs: no groups, a fixed set of characters.
import { FilterPatternError } from './filter-error.ts';

/** `source` is what stands between the percent signs. Throws FilterPatternError. */
export function parseFilterRegex(source: string): RegExp {
  // Groups and backreferences are not part of the language; parentheses are written \x28 and \x29.
  if (source === '' || !/^[A-Za-z0-9:_#=@/;,\- ^$?[\]{}|\\*+.]+$/.test(source) || /\\[1-9k]/.test(source)) {
    throw new FilterPatternError(`Invalid character(s) in term '%${source}%'`);
  }
  try {
    return new RegExp(source);
  } catch {
    throw new FilterPatternError();
  }
}
