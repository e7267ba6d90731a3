// CloudWatch's filter pattern language: terms, JSON selectors and space-delimited fields, parsed into a predicate on messages.
// Source: "Filter pattern syntax" in the CloudWatch Logs user guide. Case matters; a term matches inside words too.
import { FilterPatternError } from './filter-error.ts';
import { parseFieldFilter } from './filter-fields.ts';
import { parseJsonFilter } from './filter-json.ts';
import { parseTermFilter } from './filter-terms.ts';

export interface EventFilter {
  readonly matches: (message: string) => boolean;
  /** Text that every match contains, when there is such a text: lets a scan skip what cannot match. */
  readonly needle: string | undefined;
  /** The values TestMetricFilter reports of a message that matched, by `$.selector`, `$name` or `$position`. */
  readonly extract: (message: string) => Record<string, string>;
}

/** Everything that contains this text, which is no pattern. */
export function containsText(text: string): EventFilter {
  return { matches: (message) => message.includes(text), needle: text, extract: () => ({}) };
}

/** Throws FilterPatternError, whose message is CloudWatch's. An empty pattern matches everything. */
export function parseFilterPattern(pattern: string): EventFilter {
  const text = pattern.trim();
  if (text === '') return { matches: () => true, needle: undefined, extract: () => ({}) };
  if (text.startsWith('{')) {
    if (!text.endsWith('}')) throw new FilterPatternError("If a filter pattern starts with '{' it must end with '}'");
    return parseJsonFilter(text.slice(1, -1));
  }
  if (text.startsWith('[')) {
    if (!text.endsWith(']')) throw new FilterPatternError("If a filter pattern starts with '[' it must end with ']'");
    return parseFieldFilter(text.slice(1, -1));
  }
  return parseTermFilter(text);
}
