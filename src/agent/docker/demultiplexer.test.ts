// The two streams of a command without a terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openDemultiplexer } from './demultiplexer.ts';

test('streams come apart again wherever the bytes are cut', () => {
  const frame = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), text: fc.string({ maxLength: 40 }) });
  fc.assert(fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (frames, cuts) => {
    const bytes = Buffer.concat(frames.flatMap(({ stream, text }) => {
      const body = Buffer.from(text);
      const head = Buffer.alloc(8);
      head[0] = stream === 'stdout' ? 1 : 2;
      head.writeUInt32BE(body.length, 4);
      return [head, body];
    }));
    const got = { stdout: '', stderr: '' };
    const take = openDemultiplexer((stream, data) => (got[stream] += data.toString('latin1')));
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = cuts[i % cuts.length]!;
      take(bytes.subarray(at, at + size));
      at += size;
    }
    for (const name of ['stdout', 'stderr'] as const) {
      assert.equal(got[name], Buffer.from(frames.filter((f) => f.stream === name).map((f) => f.text).join('')).toString('latin1'));
    }
  }));
});
