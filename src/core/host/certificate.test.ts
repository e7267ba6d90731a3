// The life of a host's certificate.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JoinedHost } from '#model/joined-host.ts';
import { checkSerial, OVERLAP_MS, renewAt, withCertificate } from './certificate.ts';

test('HO7: renewed after two thirds; the one before is good for an hour', () => {
  assert.equal(renewAt({ notBefore: 1000, notAfter: 4000 }), 3000);
  const host = { serial: 'A', publicKey: 'a', certificateExpiresAt: 5 } as JoinedHost;
  assert.equal(checkSerial(host, 'A', 10), undefined);
  assert.match(checkSerial(host, 'B', 10) ?? '', /not the one in force/);
  const next = withCertificate(host, 'A', { serial: 'B', publicKey: 'b', expiresAt: 9 }, 100);
  assert.equal(checkSerial(next, 'B', 1e12), undefined);
  assert.equal(checkSerial(next, 'A', 99 + OVERLAP_MS), undefined);
  assert.match(checkSerial(next, 'A', 100 + OVERLAP_MS) ?? '', /copy of the same data folder/);
  assert.match(checkSerial(withCertificate(next, 'B', { serial: 'C', publicKey: 'c', expiresAt: 9 }, 200), 'A', 201) ?? '', /not the one in force/);
});
