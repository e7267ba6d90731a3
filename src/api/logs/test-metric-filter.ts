// TestMetricFilter: tries a pattern on sample messages; nothing is stored.
import { constraints, validate, validateCount } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { checkFilterPattern } from './filter-pattern.ts';
import type { TestMetricFilterRequest, TestMetricFilterResponse } from './shapes.ts';

export function testMetricFilter(input: TestMetricFilterRequest, _ctx: LogsContext): TestMetricFilterResponse {
  const messages = input.logEventMessages ?? [];
  validate([input.filterPattern, 'filterPattern', constraints.filterPattern]);
  validateCount(messages.length, 'logEventMessages', 1, 50);
  const filter = checkFilterPattern(input.filterPattern);
  const matches = messages.flatMap((eventMessage, i) =>
    filter.matches(eventMessage) ? [{ eventNumber: i + 1, eventMessage, extractedValues: filter.extract(eventMessage) }] : [],
  );
  return { matches };
}
