// Both sides of a data channel's stream over a line that loses, repeats and reorders: everything arrives, in order, once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '#base/random.ts';
import { newIncoming, received, type Incoming } from './incoming.ts';
import { acknowledged, due, hasRoom, newOutgoing, reconnected, sent, timeoutMs, WINDOW, type Outgoing } from './outgoing.ts';

interface Packet {
  readonly sequenceNumber: number;
}

interface Line {
  /** Share of messages, and of answers, that are lost while the connection lasts. */
  readonly loss: number;
  readonly reorders: boolean;
  /** How often it breaks, with all that is under way. */
  readonly breaks: number;
  /** As Amazon's receivers: silent about what they have already. */
  readonly silent: boolean;
}

/** Sends `count` numbers over the line; returns what was delivered. */
function transfer(seed: number, count: number, { loss, reorders, breaks, silent }: Line): number[] {
  const random = seededRandom(seed);
  const delivered: number[] = [];
  let outgoing: Outgoing<Packet> = newOutgoing();
  let incoming: Incoming<number> = newIncoming();
  let line: Packet[] = [];
  let now = 0;
  for (let round = 0; round < 200_000 && (outgoing.next < count || outgoing.unacknowledged.length > 0); round++) {
    while (outgoing.next < count && hasRoom(outgoing)) {
      const packet = { sequenceNumber: outgoing.next };
      outgoing = sent(outgoing, packet, now);
      line.push(packet);
    }
    assert.ok(outgoing.unacknowledged.length <= WINDOW);
    if (random.next() < breaks) {
      line = [];
      const again = reconnected(outgoing, now);
      outgoing = again.state;
      line.push(...again.frames);
    }
    for (let i = 0; i < 4 && line.length > 0; i++) {
      const at = reorders && random.next() < 0.2 ? Math.floor(random.next() * line.length) : 0;
      const packet = line.splice(at, 1)[0]!;
      if (random.next() < loss) continue;
      const known = packet.sequenceNumber < incoming.expected;
      const taken = received(incoming, packet.sequenceNumber, packet.sequenceNumber);
      incoming = taken.state;
      delivered.push(...taken.deliver);
      if (taken.acknowledge && !(known && silent) && random.next() >= loss) outgoing = acknowledged(outgoing, packet.sequenceNumber, now);
    }
    now += 50;
    const again = due(outgoing, now);
    outgoing = again.state;
    line.push(...again.frames);
  }
  return delivered;
}

test('everything arrives in order and once, whatever the line does', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 300 }), fc.double({ min: 0, max: 0.3, noNaN: true }), (seed, count, loss) => {
      assert.deepEqual(transfer(seed, count, { loss, reorders: true, breaks: 0, silent: false }), Array.from({ length: count }, (_, i) => i));
    }),
    { numRuns: 60 },
  );
});

test('on a new connection nothing is lost either', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 200 }), (seed, count) => {
      assert.deepEqual(transfer(seed, count, { loss: 0, reorders: false, breaks: 0.05, silent: true }), Array.from({ length: count }, (_, i) => i));
    }),
    { numRuns: 60 },
  );
});

test('a peer that is silent about what it has is not asked for ever', () => {
  let state = sent(sent(newOutgoing<string>(), 'a', 0), 'b', 0);
  state = reconnected(state, 0).state;
  let repeats = 0;
  for (let now = 0; now < 20_000; now += 100) {
    const again = due(state, now);
    state = again.state;
    repeats += again.frames.length;
  }
  assert.equal(state.unacknowledged.length, 0);
  assert.ok(repeats > 0 && repeats < 10, String(repeats));
});

test('an answer to a later message says that the stale ones before it had arrived', () => {
  let state = sent(sent(newOutgoing<string>(), 'a', 0), 'b', 0);
  state = sent(reconnected(state, 10).state, 'c', 10);
  assert.deepEqual(acknowledged(state, 2, 20).unacknowledged, []);
});

test('a message that was not stale is never given up, and only the oldest is repeated', () => {
  let state = sent(sent(newOutgoing<string>(), 'a', 0), 'b', 0);
  for (let now = 0; now < 100_000; now += 100) {
    const again = due(state, now);
    state = again.state;
    assert.ok(again.frames.every((frame) => frame === 'a'));
  }
  assert.equal(state.unacknowledged.length, 2);
  assert.equal(acknowledged(state, 1, 0).unacknowledged[0]?.frame, 'a');
});

test('the time to wait follows the round trip, between 200 ms and 1 s', () => {
  let state = newOutgoing<string>();
  assert.equal(timeoutMs(state), 200);
  for (let i = 0; i < 50; i++) state = acknowledged(sent(state, 'x', i * 5000), i, i * 5000 + 400);
  assert.ok(timeoutMs(state) >= 400 && timeoutMs(state) <= 500, String(timeoutMs(state)));
  for (let i = 50; i < 100; i++) state = acknowledged(sent(state, 'x', i * 5000), i, i * 5000 + 4000);
  assert.equal(timeoutMs(state), 1000);
});
