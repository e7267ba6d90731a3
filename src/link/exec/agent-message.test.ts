// The data channel's frames: every byte where the public layout has it, and nothing a peer sends can do harm.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeAgentMessage, encodeAgentMessage, MAX_FRAME_BYTES, MESSAGE_TYPES, type AgentMessage } from './agent-message.ts';

const message: fc.Arbitrary<AgentMessage> = fc.record({
  messageType: fc.constantFrom<string>(...MESSAGE_TYPES, 'agent_session_state'),
  schemaVersion: fc.nat(0xffff_ffff),
  createdDate: fc.nat(Number.MAX_SAFE_INTEGER),
  sequenceNumber: fc.maxSafeInteger(),
  flags: fc.nat(3),
  messageId: fc.uuid(),
  payloadType: fc.nat(0xffff_ffff),
  payload: fc.uint8Array({ maxLength: 5000 }),
});

const plain = (m: AgentMessage) => ({ ...m, payload: Buffer.from(m.payload).toString('hex') });

test('what is written is read again', () => {
  fc.assert(fc.property(message, (m) => {
    const decoded = decodeAgentMessage(encodeAgentMessage(m));
    assert.ok(decoded.ok);
    assert.deepEqual(plain(decoded.message), plain(m));
  }));
});

test('each field lies where session-manager-plugin looks for it', () => {
  const frame = encodeAgentMessage({
    messageType: 'output_stream_data', schemaVersion: 1, createdDate: 0x0102030405, sequenceNumber: 7, flags: 1,
    messageId: '00112233-4455-6677-8899-aabbccddeeff', payloadType: 1, payload: Buffer.from('hello'),
  });
  assert.equal(frame.length, 125);
  assert.equal(frame.toString('hex', 0, 4), '00000074');
  assert.equal(frame.toString('utf8', 4, 36), 'output_stream_data              ');
  assert.equal(frame.toString('hex', 36, 64), '00000001' + '0000000102030405' + '0000000000000007' + '0000000000000001');
  // The UUID's second half comes first.
  assert.equal(frame.toString('hex', 64, 80), '8899aabbccddeeff0011223344556677');
  assert.equal(frame.toString('hex', 80, 112), createHash('sha256').update('hello').digest('hex'));
  assert.equal(frame.toString('hex', 112, 120), '0000000100000005');
  assert.equal(frame.toString('utf8', 120), 'hello');
});

test('a type padded with nulls is read as one padded with spaces', () => {
  const frame = encodeAgentMessage({ messageType: 'acknowledge', schemaVersion: 1, createdDate: 1, sequenceNumber: 0, flags: 3, messageId: '00112233-4455-6677-8899-aabbccddeeff', payloadType: 0, payload: Buffer.from('{}') });
  frame.fill(0, 15, 36);
  const decoded = decodeAgentMessage(frame);
  assert.equal(decoded.ok && decoded.message.messageType, 'acknowledge');
});

test('any other payload than the one sent is found out by its digest', () => {
  fc.assert(fc.property(message.filter((m) => m.payload.length > 0), fc.nat(), fc.integer({ min: 1, max: 255 }), (m, at, flip) => {
    const frame = encodeAgentMessage(m);
    const place = 120 + (at % m.payload.length);
    frame[place] = frame[place]! ^ flip;
    const decoded = decodeAgentMessage(frame);
    assert.equal(!decoded.ok && decoded.kind, 'digest');
  }));
});

test('no bytes make it throw, and a cut frame is never taken', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void decodeAgentMessage(Buffer.from(bytes))));
  fc.assert(fc.property(message, fc.nat(), (m, at) => {
    const frame = encodeAgentMessage(m);
    assert.equal(decodeAgentMessage(frame.subarray(0, at % frame.length)).ok, false);
  }));
  fc.assert(fc.property(message, fc.nat(119), fc.nat(255), (m, at, byte) => {
    const frame = encodeAgentMessage(m);
    frame[at] = byte;
    void decodeAgentMessage(frame);
  }));
});

test('a frame that is too long is not taken', () => {
  const frame = encodeAgentMessage({ messageType: 'input_stream_data', schemaVersion: 1, createdDate: 1, sequenceNumber: 0, flags: 0, messageId: '00112233-4455-6677-8899-aabbccddeeff', payloadType: 1, payload: Buffer.alloc(MAX_FRAME_BYTES) });
  assert.equal(decodeAgentMessage(frame).ok, false);
});
