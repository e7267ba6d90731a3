// Timestamps as text, in the three formats of the model.
import type { TimestampFormat } from '../shape.ts';

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)$/;
const DATE_ONLY = /^\d{4}-\d\d-\d\d$/;
const EPOCH = /^-?\d+(\.\d+)?([eE]\d+)?$/;

/** A date out of text; undefined when it is none in that format. */
export function parseDate(text: string, format: TimestampFormat): Date | undefined {
  let timeMs = NaN;
  if (format === 'epoch-seconds') timeMs = EPOCH.test(text) ? Math.round(Number(text) * 1_000) : NaN;
  else if (format === 'date-time') timeMs = RFC3339.test(text) || DATE_ONLY.test(text) ? Date.parse(text) : NaN;
  else timeMs = Date.parse(text);
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Text of a date: date-time without a fraction of zero, http-date, or epoch seconds. */
export function formatDate(date: Date, format: TimestampFormat): string {
  if (format === 'epoch-seconds') return String(date.getTime() / 1_000);
  return format === 'http-date' ? date.toUTCString() : date.toISOString().replace('.000Z', 'Z');
}
