// Schedules of rotations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRules } from './rotation-schedule.ts';

const from = Date.parse('2026-03-15T10:30:00Z');
const next = (scheduleExpression: string): string => {
  const schedule = parseRules({ scheduleExpression });
  assert.ok(typeof schedule === 'function', `${scheduleExpression}: ${String(schedule)}`);
  return new Date(schedule(from)!).toISOString().slice(0, 16);
};

test('rates and days count from the last time', () => {
  assert.equal(next('rate(10 days)'), '2026-03-25T10:30');
  assert.equal(next('rate(4 hours)'), '2026-03-15T14:30');
  assert.equal((parseRules({ automaticallyAfterDays: 30 }) as (at: number) => number)(0), 30 * 86_400_000);
  assert.equal(parseRules({}), undefined);
});

test('cron expressions give the next full hour that fits', () => {
  assert.equal(next('cron(0 8 1 * ? *)'), '2026-04-01T08:00');
  assert.equal(next('cron(0 0 ? * SUN *)'), '2026-03-22T00:00');
  assert.equal(next('cron(0 0/8 * * ? *)'), '2026-03-15T16:00');
  assert.equal(next('cron(0 16 ? * 2#1 *)'), '2026-04-06T16:00');
  assert.equal(next('cron(0 4 L 2 ? *)'), '2027-02-28T04:00');
  assert.equal(next('cron(0 1 ? 3 6L *)'), '2026-03-27T01:00');
  assert.equal(next('cron(0 0 1 1,JUL ? *)'), '2026-07-01T00:00');
});

test('what is not understood is refused', () => {
  for (const expression of ['rate(1 minutes)', 'rate(1 hour)', 'cron(5 8 1 * ? *)', 'cron(0 8 1 * ?)', 'cron(0 25 1 * ? *)', 'cron(0 8 x * ? *)', 'daily', 'cron(0 8 1 * 9#1 *)']) {
    assert.equal(typeof parseRules({ scheduleExpression: expression }), 'string', expression);
  }
});
