// Docker's log stream, cut at any place, gives the same lines.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogLine } from '../runtime.ts';
import { readDockerLog } from './docker-log.ts';

const stamp = (n: number): string => `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`;

function frame(stream: 1 | 2, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** As Docker stores a line: in pieces of 16 KiB. */
function pieces(time: string, text: string): string[] {
  const bytes = Buffer.from(text);
  const out: string[] = [];
  let at = 0;
  for (; bytes.length - at > 16384; at += 16384) out.push(`${time} ${bytes.toString('latin1', at, at + 16384)}`);
  return [...out, `${time} ${bytes.toString('latin1', at)}\n`];
}

async function read(bytes: Buffer, cuts: readonly number[], tty = false): Promise<LogLine[]> {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const chunks = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end)).filter((chunk) => chunk.length > 0);
  const lines: LogLine[] = [];
  for await (const line of readDockerLog(Readable.from(chunks), tty)) lines.push(line);
  return lines;
}

const ascii = fc.string({ unit: fc.constantFrom(...'ab c{}"'), maxLength: 30 });
const text = fc.oneof({ weight: 6, arbitrary: ascii }, { weight: 1, arbitrary: fc.integer({ min: 16_300, max: 50_000 }).map((length) => 'x'.repeat(length)) });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

test('frames give lines, long ones in one piece, wherever the bytes are cut', async () => {
  const line = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), text });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), cuts, async (lines, where) => {
      const expected = lines.map((one, i) => ({ ...one, timestamp: stamp(i) }));
      const bytes = Buffer.concat(expected.flatMap((one) => pieces(one.timestamp, one.text).map((piece) => frame(one.stream === 'stderr' ? 2 : 1, piece))));
      assert.deepEqual(await read(bytes, where), expected);
    }),
    { numRuns: 60 },
  );
});

test('a tty gives the same without frames, and its carriage returns go', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 8 }), cuts, async (lines, where) => {
      const bytes = Buffer.from(lines.map((one, i) => pieces(stamp(i), `${one}\r`).join('')).join(''));
      assert.deepEqual(await read(bytes, where, true), lines.map((one, i) => ({ stream: 'stdout', timestamp: stamp(i), text: one })));
    }),
    { numRuns: 60 },
  );
});

test('pieces of stdout and stderr that come in between each other stay apart', async () => {
  const long = 'o'.repeat(20_000);
  const [first, second] = pieces(stamp(1), long) as [string, string];
  const bytes = Buffer.concat([frame(1, first), frame(2, `${stamp(2)} oops\n`), frame(1, second)]);
  assert.deepEqual(await read(bytes, []), [
    { stream: 'stderr', timestamp: stamp(2), text: 'oops' },
    { stream: 'stdout', timestamp: stamp(1), text: long },
  ]);
});

test('a long line whose last piece has no newline ends where another time begins', async () => {
  const bytes = Buffer.concat([frame(1, `${stamp(1)} ${'x'.repeat(16384)}`), frame(1, `${stamp(1)} y`), frame(1, `${stamp(2)} next\n`)]);
  assert.deepEqual((await read(bytes, [])).map((line) => line.text), [`${'x'.repeat(16384)}y`, 'next']);
});

test('a last line without its newline is told at the end, half a frame is not', async () => {
  const whole = Buffer.concat([frame(1, `${stamp(1)} a\n`), frame(1, `${stamp(2)} no newline`)]);
  assert.deepEqual((await read(whole, [])).map((line) => line.text), ['a', 'no newline']);
  assert.deepEqual((await read(whole.subarray(0, -3), [])).map((line) => line.text), ['a']);
});

test('a stream that breaks tells its lines and then throws', async () => {
  const source = new Readable({ read() {} });
  source.push(frame(1, `${stamp(1)} a\n`));
  const lines = readDockerLog(source, false);
  assert.equal((await lines.next()).value?.text, 'a');
  source.destroy(new Error('gone'));
  await assert.rejects(lines.next(), /gone/);
});
