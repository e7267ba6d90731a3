// Options of the awslogs driver, datetime formats, Go expressions, multiline grouping and splitting.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAwslogsOptions } from './awslogs-options.ts';
import { datetimePattern } from './datetime-format.ts';
import { goRegExp } from './go-regexp.ts';
import { LineGrouper, splitMessage } from './multiline.ts';
import { dockerSince, PositionTracker, Skipper } from './resume-position.ts';

const least = { 'awslogs-group': 'g', 'awslogs-stream': 's' };

test('the least options give the defaults', () => {
  const parsed = parseAwslogsOptions(least);
  assert.ok(parsed.ok);
  const { createGroup, createStream, mode, maxBufferBytes, maxEventAgeMs, multiline } = parsed.value;
  assert.deepEqual({ createGroup, createStream, mode, maxBufferBytes, maxEventAgeMs, multiline }, { createGroup: false, createStream: true, mode: 'blocking', maxBufferBytes: 1 << 20, maxEventAgeMs: 5000, multiline: undefined });
});

const refused: ReadonlyArray<readonly [Record<string, string>, RegExp]> = [
  [{ 'awslogs-group': '' }, /awslogs-group/],
  [{ 'awslogs-create-group': 'yes' }, /awslogs-create-group/],
  [{ 'awslogs-datetime-format': '%Y', 'awslogs-multiline-pattern': 'x' }, /at the same time/],
  [{ 'awslogs-datetime-format': '%Q' }, /could not parse/],
  [{ 'awslogs-multiline-pattern': '(' }, /could not parse/],
  [{ 'awslogs-format': 'json/emf', 'awslogs-multiline-pattern': 'x' }, /at the same time/],
  [{ 'awslogs-force-flush-interval-seconds': '0' }, /positive integer/],
  [{ mode: 'sometimes' }, /not supported/],
  [{ 'max-buffer-size': '1m' }, /only supported/],
  [{ mode: 'non-blocking', 'max-buffer-size': 'much' }, /invalid size/],
  [{ 'awslogs-grup': 'x' }, /unknown log opt 'awslogs-grup'/],
];
for (const [extra, message] of refused) {
  test(`options refused: ${JSON.stringify(extra)}`, () => {
    const parsed = parseAwslogsOptions({ ...least, ...extra });
    assert.ok(!parsed.ok);
    assert.match(parsed.message, message);
  });
}

test('sizes are read as Docker reads them', () => {
  const size = (text: string): unknown => {
    const parsed = parseAwslogsOptions({ ...least, mode: 'non-blocking', 'max-buffer-size': text });
    return parsed.ok && parsed.value.maxBufferBytes;
  };
  assert.deepEqual(['4096', '4k', '1m', '25MB', '1.5g'].map(size), [4096, 4096, 1 << 20, 25 << 20, 1.5 * 2 ** 30]);
});

test('datetime formats match what strftime writes', () => {
  const matches = (format: string, text: string): boolean => new RegExp(datetimePattern(format)!).test(text);
  assert.ok(matches('\\[%b %d, %Y %H:%M:%S\\]', '[May 01, 2017 19:00:01] A message'));
  assert.ok(!matches('\\[%b %d, %Y %H:%M:%S\\]', '    at a stack trace'));
  assert.ok(matches('%Y-%m-%dT%H:%M:%S%L%z', '2026-12-31T23:59:59.123+0100'));
  assert.ok(matches('%A %a %w %B %y %I %p %f %Z %j', 'Monday Mon 1 December 26 11 PM 123456 CET 365'));
  assert.ok(!matches('%m', '13'));
});

test('expressions of Go become ours', () => {
  assert.ok(goRegExp('(?i)^error')!.test('ERROR'));
  assert.ok(goRegExp('^[[:upper:]][[:digit:]]+')!.test('A12'));
  assert.ok(goRegExp('(?P<level>INFO|WARN)\\z')!.test('INFO'));
  assert.equal(goRegExp('['), undefined);
});

test('grouping keeps every line, in order, and counts each once', () => {
  const line = fc.constantFrom('> start', 'more', '', 'x'.repeat(30), 'é€😀');
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), fc.integer({ min: 4, max: 40 }), (lines, multiline, maxBytes) => {
      const grouper = new LineGrouper(multiline ? /^>/ : undefined, maxBytes);
      const events = [...lines.flatMap((text, i) => grouper.push(i, text)), ...grouper.flush()];
      assert.equal(events.map((event) => event.message).join(''), lines.map((text) => (multiline && Buffer.byteLength(text) < maxBytes ? `${text}\n` : text)).join(''));
      for (const event of events) {
        assert.equal(event.bytes, Buffer.byteLength(event.message));
        assert.ok(event.bytes > 0 && event.bytes <= maxBytes);
      }
      const counted = events.reduce((sum, event) => sum + event.lines, 0);
      // Lines after the last event are counted with the next one.
      assert.ok(counted <= lines.length && (multiline || lines.slice(counted).every((text) => text === '')));
    }),
  );
});

test('a split never breaks a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 20 }), (text, maxBytes) => {
      const parts = splitMessage(text, maxBytes);
      assert.equal(parts.map((part) => part.message).join(''), text);
      for (const { message } of parts) assert.ok(!message.includes('\ufffd') || text.includes('\ufffd'));
    }),
  );
});

test('a position, taken anywhere, skips exactly what is done', () => {
  const time = (ms: number): string => `${new Date(Date.UTC(2026, 0, 1) + ms).toISOString().slice(0, 23)}000000Z`;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 }), fc.array(fc.nat(), { maxLength: 4 }), (steps, stops) => {
      // Times rise by up to 900 ms, and every third runs back a little.
      let now = 0;
      const times = steps.map((step, i) => time((now += step) - (i % 3 === 2 ? Math.min(now, 40) : 0)));
      let tracker = new PositionTracker();
      let done = 0;
      for (const stop of [...stops.map((one) => one % times.length).sort((a, b) => a - b), times.length]) {
        const position = tracker.position;
        const skipper = new Skipper(position);
        const reread = times.map((t, i) => ({ t, i })).filter(({ t }) => t >= position.since).filter(({ t }) => !skipper.skips(t));
        assert.deepEqual(reread.map(({ i }) => i), times.map((_, i) => i).slice(done));
        tracker = new PositionTracker(position);
        for (; done < stop; done++) tracker.done(times[done]!);
      }
    }),
  );
});

test('lines that are gone from a rotated log are not skipped for others', () => {
  const t = (s: number): string => `2026-01-01T00:00:0${s}.000000000Z`;
  const skipper = new Skipper({ since: t(1), skip: 5, last: t(2), atLast: 1 });
  assert.deepEqual([t(2), t(3), t(4)].map((time) => skipper.skips(time)), [true, false, false]);
});

test('since is written as Docker reads it', () => {
  assert.equal(dockerSince('2026-01-01T00:00:01.000000007Z'), `${Date.UTC(2026, 0, 1, 0, 0, 1) / 1000}.000000007`);
});
