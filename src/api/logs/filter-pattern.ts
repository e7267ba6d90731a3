// Filter patterns at the API's edge: a pattern that does not parse is the user's mistake.
import { FilterPatternError } from '#core/telemetry/filter-error.ts';
import { parseFilterPattern, type EventFilter } from '#core/telemetry/filter-pattern.ts';
import { invalidParameter } from './errors.ts';

/** Throws InvalidParameterException in CloudWatch's words. */
export function checkFilterPattern(pattern: string | undefined): EventFilter {
  try {
    return parseFilterPattern(pattern ?? '');
  } catch (error) {
    if (error instanceof FilterPatternError) throw invalidParameter(error.message);
    throw error;
  }
}
