// Who a join token lets in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JoinToken } from '#model/joined-host.ts';
import type { Activation } from '#model/activation.ts';
import { decideActivation, decideJoin, type JoinAttempt } from './join.ts';

const token: JoinToken = {
  id: 'aaaaaaaaaaaa', secretHash: '', account: '1', region: 'r', clusterArn: 'arn:prod', clusterName: 'prod', pool: 'cluster', createdBy: 'root', createdAt: 0, expiresAt: 3_600_000,
};
const attempt: JoinAttempt = { secretMatches: true, publicKeyHash: 'k', clock: 1000, linkVersion: 1, cluster: 'prod' };

function decide(change: Partial<JoinToken> | undefined, more: Partial<JoinAttempt> = {}, now = 1000): string {
  const decision = decideJoin(change === undefined ? undefined : { ...token, ...change }, { ...attempt, ...more }, now);
  return decision.ok ? `in ${decision.hostId ?? 'new'}` : `${decision.refusal}: ${decision.message}`;
}

test('HO1: one host, before it expires, unless revoked', () => {
  assert.equal(decide({}), 'in new');
  assert.equal(decide({}, { cluster: undefined as never }), 'in new');
  assert.match(decide({}, { clock: 3_600_000 }, 3_600_000), /^TokenExpired: .* expired 0 s ago/);
  assert.match(decide({ revokedAt: 5 }), /^TokenRevoked/);
  assert.match(decide({ used: { at: 0, hostId: 'h', publicKeyHash: 'other', address: '10.0.0.9' } }), /^TokenUsed: .* used 1 s ago by host h at 10\.0\.0\.9/);
});

test('HO2: the same key again, until it expires', () => {
  const used = { at: 0, hostId: 'h', publicKeyHash: 'k', address: '10.0.0.9' };
  assert.equal(decide({ used }), 'in h');
  assert.match(decide({ used }, { clock: 4_000_000 }, 4_000_000), /^TokenExpired/);
  assert.match(decide({ used, revokedAt: 1 }), /^TokenRevoked/);
});

test('HO3: an unknown token and a wrong secret get the same answer', () => {
  assert.equal(decide(undefined), decide({}, { secretMatches: false }));
  // Nothing of a token is told to somebody without its secret.
  assert.equal(decide(undefined), decide({ revokedAt: 1 }, { secretMatches: false }));
});

test('HO4: the cluster that the token names', () => {
  assert.match(decide({}, { cluster: 'dev' }), /^WrongCluster: .* for cluster prod, not dev/);
});

test('HO5: a clock that is off is refused', () => {
  assert.match(decide({}, { clock: 1000 + 301_000 }), /^ClockSkew: .* 5 min ahead of/);
  assert.match(decide({}, { clock: -400_000 }), /^ClockSkew: .* behind/);
  assert.equal(decide({}, { clock: 1000 + 300_000 }), 'in new');
});

test('HO6: another version of the link is told which side to upgrade', () => {
  assert.match(decide({}, { linkVersion: 2 }), /^VersionMismatch: .* upgrade the control plane first/);
  assert.match(decide({}, { linkVersion: 0 }), /upgrade this agent/);
});

test('HO10: an activation lets in as many as it says, until it expires', () => {
  const activation: Activation = { id: 'a', account: '1', region: 'r', codeHash: '', iamRole: 'role', registrationLimit: 2, registrationsCount: 1, expiresAt: 10_000, createdAt: 0, tags: [] };
  const outcome = (change: Partial<Activation> | undefined, more: Partial<JoinAttempt> = {}, known?: string, now = 1000): string => {
    const decision = decideActivation(change === undefined ? undefined : { ...activation, ...change }, { ...attempt, ...more }, known, now);
    return decision.ok ? `in ${decision.hostId ?? 'new'}` : decision.refusal;
  };
  assert.equal(outcome({}), 'in new');
  assert.equal(outcome({ registrationsCount: 2 }), 'RegistrationLimitReached');
  assert.equal(outcome({ registrationsCount: 2 }, {}, 'h'), 'in h');
  assert.equal(outcome({}, { clock: 10_000 }, undefined, 10_000), 'ActivationExpired');
  assert.equal(outcome(undefined), 'InvalidActivation');
  assert.equal(outcome({}, { secretMatches: false }), 'InvalidActivation');
  assert.equal(outcome({}, { clock: 1e9 }), 'ClockSkew');
  assert.equal(outcome({}, { linkVersion: 9 }), 'VersionMismatch');
});
