// When a secret is rotated next: `rate(10 days)`, `rate(4 hours)`, `cron(0 8 1 * ? *)`, or every so many days. Times are UTC.
import type { RotationRules } from '#model/secret.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A rotation is due at least once a year, or the expression is refused. */
const HORIZON_HOURS = 24 * 366 * 5;

export type Schedule = (after: number) => number | undefined;

/** Undefined when the rules say no time; a text says what is wrong with them. */
export function parseRules(rules: RotationRules): Schedule | string | undefined {
  const { automaticallyAfterDays: days, scheduleExpression: expression } = rules;
  if (days !== undefined) return (after) => after + days * DAY_MS;
  if (expression === undefined) return undefined;
  const rate = /^rate\((\d+) (hour|hours|day|days)\)$/.exec(expression);
  if (rate !== null) {
    const everyMs = Number(rate[1]) * (rate[2]!.startsWith('hour') ? HOUR_MS : DAY_MS);
    return everyMs >= 4 * HOUR_MS && everyMs <= 1000 * DAY_MS ? (after) => after + everyMs : 'the rate must be between 4 hours and 1000 days';
  }
  const cron = /^cron\((.+)\)$/.exec(expression);
  return cron === null ? 'the expression must be rate(...) or cron(...)' : parseCron(cron[1]!.trim().split(/\s+/));
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Minutes, hours, day of month, month, day of week, year. Rotation windows begin on the hour. */
function parseCron(fields: readonly string[]): Schedule | string {
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || minutes !== '0' || year !== '*') return 'cron expressions have six fields, the first is 0 and the last is *';
  const hour = parseField(hours!, 0, 23);
  const months = parseField(month!, 1, 12, MONTHS);
  const monthDay = parseMonthDay(dayOfMonth!);
  const weekday = parseWeekday(dayOfWeek!);
  if (hour === undefined || months === undefined || monthDay === undefined || weekday === undefined) return 'the cron expression has a field that is not understood';
  return (after) => {
    const first = Math.floor(after / HOUR_MS) + 1;
    for (let at = first; at < first + HORIZON_HOURS; at++) {
      const date = new Date(at * HOUR_MS);
      if (hour(date.getUTCHours()) && months(date.getUTCMonth() + 1) && monthDay(date) && weekday(date)) return at * HOUR_MS;
    }
    return undefined;
  };
}

type Matches = (value: number) => boolean;

/** `*`, `?`, `3`, `1-5`, `0/8`, `MON`, and lists of them. */
function parseField(text: string, min: number, max: number, names: readonly string[] = []): Matches | undefined {
  const parts = text.split(',').map((part): Matches | undefined => {
    const match = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const any = match[1] === '*' || match[1] === '?';
    const from = any ? min : number(match[1]!, min, names);
    const to = match[2] !== undefined ? number(match[2], min, names) : any || match[3] !== undefined ? max : from;
    const step = Number(match[3] ?? 1);
    if (!(from >= min && to <= max && from <= to && step > 0)) return undefined;
    return (value) => value >= from && value <= to && (value - from) % step === 0;
  });
  return parts.includes(undefined) ? undefined : (value) => parts.some((part) => part!(value));
}

function number(text: string, min: number, names: readonly string[]): number {
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : NaN;
}

function parseMonthDay(text: string): ((date: Date) => boolean) | undefined {
  if (text === 'L') return (date) => new Date(date.getTime() + DAY_MS).getUTCDate() === 1;
  const days = parseField(text, 1, 31);
  return days && ((date) => days(date.getUTCDate()));
}

/** 1 is Sunday; `2#1` the first Monday, `6L` the last Friday. */
function parseWeekday(text: string): ((date: Date) => boolean) | undefined {
  const nth = /^(\w+?)(?:#([1-5])|(L))$/.exec(text);
  if (nth !== null) {
    const day = number(nth[1]!, 1, WEEKDAYS);
    if (!(day >= 1 && day <= 7)) return undefined;
    const inWeek = (date: Date): boolean =>
      nth[2] !== undefined ? Math.ceil(date.getUTCDate() / 7) === Number(nth[2]) : new Date(date.getTime() + 7 * DAY_MS).getUTCMonth() !== date.getUTCMonth();
    return (date) => date.getUTCDay() + 1 === day && inWeek(date);
  }
  const days = parseField(text, 1, 7, WEEKDAYS);
  return days && ((date) => days(date.getUTCDay() + 1));
}
