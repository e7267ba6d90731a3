// Frames survive the way there and back; anything else is an error value.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeAcsToAgent, decodeAgentToAcs, decodeAgentToTcs, decodeTcsToAgent, encodeFrame } from './codec.ts';
import type { AcsToAgent, AgentToTcs } from './messages.ts';

test('a frame comes back as it was sent', () => {
  const message = { messageId: 'm', healthy: true };
  assert.deepEqual(decodeAcsToAgent(encodeFrame<AcsToAgent, 'HeartbeatMessage'>('HeartbeatMessage', message)), {
    ok: true,
    frame: { type: 'HeartbeatMessage', message },
  });
});

test('signed header lines before a telemetry frame are passed over', () => {
  const frame = encodeFrame<AgentToTcs, 'PublishHealthRequest'>('PublishHealthRequest', {
    metadata: { cluster: 'c', containerInstance: 'i', messageId: 'm' },
    timestamp: 1,
  });
  for (const separator of ['\r\n', '\n']) {
    const signed = ['Authorization: AWS4-HMAC-SHA256 Credential=…', 'Host: h', 'X-Amz-Date: d', '', frame].join(separator);
    const decoded = decodeAgentToTcs(signed);
    assert.ok(decoded.ok && decoded.frame.type === 'PublishHealthRequest');
  }
});

test('what is missing or of the wrong type is named', () => {
  const bad = (text: string): string => {
    const decoded = decodeAgentToAcs(text);
    assert.ok(!decoded.ok);
    return `${decoded.kind}: ${decoded.error}`;
  };
  assert.equal(bad('nonsense'), 'malformed: not JSON');
  assert.equal(bad('[]'), 'malformed: a frame has a type and a message');
  assert.equal(bad('{"type":"AckRequest","message":7}'), 'malformed: AckRequest: message is not an object');
  assert.equal(bad('{"type":"AckRequest","message":{"messageId":1}}'), 'malformed: AckRequest: messageId is not of type string');
  assert.equal(bad('{"type":"TaskStopVerificationMessage","message":{"messageId":"m"}}'), 'malformed: TaskStopVerificationMessage: stopCandidates is not of type array');
  assert.equal(bad('{"type":"Strange","message":{}}'), 'unknown: message type Strange');
  assert.equal(bad('{"type":"constructor","message":{}}'), 'unknown: message type constructor');
});

test('no text makes a decoder throw', () => {
  const anyText = fc.oneof(fc.string(), fc.json(), fc.record({ type: fc.constantFrom('AckRequest', 'PayloadMessage', '__proto__'), message: fc.anything() }).map((v) => JSON.stringify(v) ?? ''));
  fc.assert(
    fc.property(anyText, (text) => {
      for (const decode of [decodeAcsToAgent, decodeAgentToAcs, decodeAgentToTcs, decodeTcsToAgent]) assert.equal(typeof decode(text).ok, 'boolean');
    }),
  );
});
