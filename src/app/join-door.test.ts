// Joining over real TLS: what a host gets, what becomes of lost answers and copies, and who is refused why.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadIdentity, savePending, type HostIdentity } from '#agent/membership/identity-file.ts';
import { entryOfToken, joinControlPlane } from '#agent/membership/join.ts';
import { openMembership } from '#agent/membership/membership.ts';
import { silentLogger, type Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { OVERLAP_MS } from '#core/host/certificate.ts';
import { JOIN_PATH, LEAVE_PATH, RENEW_PATH, type HostCertificate } from '#link/join.ts';
import { renderJoinToken } from '#link/join-token.ts';
import { postJson, TlsRefusal } from '#link/tls-client.ts';
import { makePrivateKey, makeRequest } from '#link/x509.ts';
import { accessKeys } from '#model/account.ts';
import { activations, managedInstances, type Activation } from '#model/activation.ts';
import { joinedHosts, joinTokens, type JoinToken } from '#model/joined-host.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { openHostAuthority } from '#vault/host-authority.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { createJoinHandler } from './join-door.ts';
import { createPeers } from './peer.ts';
import { openTlsListener } from './tls-listener.ts';

const CLUSTER_ARN = 'arn:aws:ecs:us-east-1:000000000000:cluster/prod';

const ACTIVATION: Activation = {
  id: '11111111-2222-4333-8444-555555555555', account: '000000000000', region: 'us-east-1', codeHash: hash('sha256', 'code', 'hex'), iamRole: 'Anywhere', registrationLimit: 2, registrationsCount: 0,
  expiresAt: Number.MAX_SAFE_INTEGER, createdAt: 0, tags: [{ key: 'site', value: 'cellar' }],
};

async function door(t: TestContext, options: { certificateLifeMs?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-door-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields)}`) };
  let offsetMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + offsetMs };
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log });
  const authority = await openHostAuthority({ dataDir: folder, clock });
  const listener = await openTlsListener({ host: '127.0.0.1', port: 0, names: [] }, { authority, peers: createPeers(systemRandom), clock, log });
  listener.open(createJoinHandler({ store, authority, clock, random: systemRandom, log, registryHost: 'localhost:4566', ...options }));
  t.after(() => listener.close());
  let made = 0;
  const token = (change: Partial<JoinToken> = {}): string => {
    const id = String(++made).padStart(12, '0');
    const secret = String(made).repeat(64).slice(0, 64);
    const row: JoinToken = {
      id, secretHash: hash('sha256', secret, 'hex'), account: '000000000000', region: 'us-east-1', clusterArn: CLUSTER_ARN, clusterName: 'prod', pool: 'cluster', createdBy: 'root',
      createdAt: clock.now(), expiresAt: clock.now() + 3_600_000, ...change,
    };
    store.transact((tx) => tx.put(joinTokens, row));
    return renderJoinToken({ id, secret, fingerprint: authority.fingerprint });
  };
  let hosts = 0;
  const enter = async (text: string, more: { dataDir?: string; previous?: HostIdentity; cluster?: string; skewMs?: number; machine?: string } = {}): Promise<HostIdentity> =>
    joinControlPlane({
      server: listener.url, entry: entryOfToken(text), cluster: more.cluster, dataDir: more.dataDir ?? mkdtempSync(join(folder, `host${hosts++}-`)), hostName: 'h', machine: more.machine ?? 'm1', agentVersion: '1',
      clock: { ...clock, now: () => clock.now() + (more.skewMs ?? 0) }, log, ...(more.previous !== undefined && { previous: more.previous }),
    });
  const anywhere = (dataDir = mkdtempSync(join(folder, `host${hosts++}-`)), secret = 'code'): Promise<HostIdentity> =>
    joinControlPlane({
      server: listener.url, entry: { id: ACTIVATION.id, secret, activation: true, fingerprint: authority.fingerprint }, cluster: undefined, dataDir, hostName: 'h', machine: 'm', agentVersion: '1', clock, log,
    });
  const call = async (path: string, identity: Pick<HostIdentity, 'authority' | 'certificate' | 'key'> | undefined, body: object = {}) => {
    const tls = identity === undefined ? { ca: authority.serverAuthority } : { ca: identity.authority, cert: identity.certificate, key: identity.key };
    const { status, text } = await postJson(new URL(listener.url), path, JSON.stringify(body), {}, tls);
    return { status, told: JSON.parse(text) as HostCertificate & { refusal?: string; message?: string } };
  };
  const renew = async (identity: HostIdentity, machine = 'm1') => {
    const key = await makePrivateKey();
    const { status, told } = await call(RENEW_PATH, identity, { request: await makeRequest(key, 'h'), machine, agentVersion: '2', linkVersion: 1 });
    return { status, refusal: told.refusal, message: told.message, identity: { ...identity, ...told, key } };
  };
  const folderOf = (): string => mkdtempSync(join(folder, `host${hosts++}-`));
  return { store, token, enter, anywhere, call, renew, folderOf, warnings, authority, listener, pass: (ms: number) => void (offsetMs += ms) };
}

test('a token gives a host a certificate, a key of its own, and a file that root alone reads', async (t) => {
  const { store, token, enter, folderOf } = await door(t);
  const dataDir = folderOf();
  const identity = await enter(token(), { dataDir, cluster: 'prod' });
  assert.deepEqual([identity.cluster, identity.registryHost, identity.region], ['prod', 'localhost:4566', 'us-east-1']);
  assert.deepEqual(loadIdentity(dataDir), identity);
  assert.equal(statSync(join(dataDir, 'identity.json')).mode & 0o777, 0o600);
  assert.equal(store.get(accessKeys, identity.accessKeyId)?.hostId, identity.hostId);
  assert.doesNotMatch(readFileSync(join(dataDir, 'identity.json'), 'utf8'), /secretHash/);
});

test('when the answer is lost the same token gives the same host again; with another key it gives nothing', async (t) => {
  const { store, token, enter, folderOf, warnings } = await door(t);
  const text = token();
  const dataDir = folderOf();
  const first = await enter(text, { dataDir });
  // As it was before the answer came.
  savePending(dataDir, { entryId: text.split('_')[1]!, key: first.key });
  const again = await enter(text, { dataDir });
  assert.deepEqual([again.hostId, again.secretAccessKey], [first.hostId, first.secretAccessKey]);
  assert.equal(store.size(joinedHosts), 1);
  await assert.rejects(enter(text), { refusal: 'TokenUsed', message: /was used .* by host/ });
  assert.match(warnings.join('\n'), /host refused .*TokenUsed/);
});

test('two hosts that use one token at the same moment: one is in', async (t) => {
  const { store, token, enter } = await door(t);
  const text = token();
  const outcomes = await Promise.allSettled([enter(text), enter(text), enter(text)]);
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1);
  assert.equal(store.size(joinedHosts), 1);
  assert.equal(store.size(accessKeys), 1);
});

test('wrong, expired and revoked tokens, other clusters and clocks are refused by name', async (t) => {
  const { token, enter, pass } = await door(t);
  const good = token();
  const wrong = good.replace(/_[0-9a-f]{64}_/, `_${'f'.repeat(64)}_`);
  await assert.rejects(enter(wrong), { refusal: 'InvalidToken' });
  await assert.rejects(enter('nonsense'), { refusal: 'InvalidToken' });
  await assert.rejects(enter(token({ revokedAt: 1 })), { refusal: 'TokenRevoked' });
  await assert.rejects(enter(good, { cluster: 'dev' }), { refusal: 'WrongCluster' });
  await assert.rejects(enter(good, { skewMs: -10 * 60_000 }), { refusal: 'ClockSkew', message: /10 min behind/ });
  pass(3_600_001);
  await assert.rejects(enter(good), { refusal: 'TokenExpired' });
});

test('a server that the token does not name is not believed, and one that took its place neither', async (t) => {
  const [one, two] = [await door(t), await door(t)];
  await assert.rejects(two.enter(one.token()), (error) => error instanceof TlsRefusal && /is not the control plane that made this token/.test(error.message));
  const identity = await one.enter(one.token());
  const there = postJson(new URL(two.listener.url), RENEW_PATH, '{}', {}, { ca: identity.authority, cert: identity.certificate, key: identity.key });
  await assert.rejects(there, (error) => error instanceof TlsRefusal && /another authority/.test(error.message));
});

test('a certificate is renewed; the one before is good for an hour, and a copy of it is noticed', async (t) => {
  const { token, enter, renew, pass } = await door(t);
  const first = await enter(token());
  const second = await renew(first);
  assert.equal(second.status, 200);
  assert.notEqual(second.identity.certificate, first.certificate);
  // The answer may have been lost: the host asks again with the certificate it has.
  for (let lost = 0; lost < 3; lost++) assert.equal((await renew(first)).status, 200);
  pass(OVERLAP_MS + 1);
  const late = await renew(first);
  assert.deepEqual([late.status, late.refusal], [403, 'CertificateRefused']);
  assert.match(late.message ?? '', /copy of the same data folder|not the one in force/);
});

test('a copied data folder on another machine is refused', async (t) => {
  const { token, enter, renew } = await door(t);
  const refused = await renew(await enter(token()), 'm2');
  assert.equal(refused.refusal, 'OtherMachine');
  assert.match(refused.message ?? '', /this data folder is a copy/);
});

test('a host whose certificate ran out is told so, and joins again as who it was', async (t) => {
  // Backdated by five minutes, so it has run out already.
  const { store, token, enter, renew } = await door(t, { certificateLifeMs: -1000 });
  const first = await enter(token());
  const refused = await renew(first);
  assert.equal(refused.refusal, 'CertificateRefused');
  assert.match(refused.message ?? '', /CERT_HAS_EXPIRED/);
  const again = await enter(token(), { previous: first });
  assert.equal(again.hostId, first.hostId);
  assert.equal(store.size(joinedHosts), 1);
  // Somebody who only claims to be that host is a new one.
  const other = await enter(token(), { previous: { ...first, key: await makePrivateKey() } });
  assert.notEqual(other.hostId, first.hostId);
});

test('a host that left is nobody', async (t) => {
  const { store, token, enter, renew, call } = await door(t);
  const identity = await enter(token());
  assert.equal((await call(LEAVE_PATH, identity)).status, 200);
  assert.deepEqual([store.size(joinedHosts), store.size(accessKeys)], [0, 0]);
  assert.equal((await renew(identity)).refusal, 'NotJoined');
});

test('nonsense is answered, not believed', async (t) => {
  const { call, store, token } = await door(t);
  token();
  for (const body of [{}, { entryId: 1 }, { request: 'x', machine: 'm', agentVersion: '1', linkVersion: 1, entryId: '000000000001', secret: 's', hostName: 'h', clock: 0 }, [], { request: 'x'.repeat(9000) }]) {
    assert.deepEqual((await call(JOIN_PATH, undefined, body)).status, 400, JSON.stringify(body).slice(0, 80));
  }
  assert.equal((await call(RENEW_PATH, undefined, { request: await makeRequest(await makePrivateKey(), 'h'), machine: 'm', agentVersion: '1', linkVersion: 1 })).told.refusal, 'CertificateRefused');
  assert.equal((await call(LEAVE_PATH, undefined)).told.refusal, 'CertificateRefused');
  assert.equal((await call(JOIN_PATH, undefined, { request: 'x'.repeat(100_000) })).status, 413);
  assert.equal(store.size(joinedHosts), 0);
});

test('an activation lets in as many machines as it says, each as a managed instance', async (t) => {
  const { store, anywhere, folderOf, call } = await door(t);
  await assert.rejects(anywhere(), { refusal: 'InvalidActivation' });
  store.transact((tx) => tx.put(activations, ACTIVATION));
  await assert.rejects(anywhere(folderOf(), 'another code'), { refusal: 'InvalidActivation' });
  const dataDir = folderOf();
  const first = await anywhere(dataDir);
  assert.match(first.managedInstanceId ?? '', /^mi-[0-9a-f]{17}$/);
  assert.equal(first.cluster, 'default');
  // The answer was lost: the same machine is not counted again.
  savePending(dataDir, { entryId: ACTIVATION.id, key: first.key });
  const again = await anywhere(dataDir);
  assert.equal(again.managedInstanceId, first.managedInstanceId);
  assert.deepEqual([store.get(activations, ACTIVATION.id)?.registrationsCount, store.size(managedInstances)], [1, 1]);
  assert.deepEqual(store.get(managedInstances, first.managedInstanceId!)?.tags, ACTIVATION.tags);
  await anywhere();
  await assert.rejects(anywhere(), { refusal: 'RegistrationLimitReached' });
  assert.equal((await call(LEAVE_PATH, again)).status, 200);
  assert.equal(store.size(managedInstances), 1);
});

test('an agent renews its certificate by itself after two thirds of its life, and shows the new one from then on', async (t) => {
  const { store, token, enter, folderOf, call } = await door(t);
  const dataDir = folderOf();
  const first = await enter(token(), { dataDir });
  const clock = virtualClock(first.notBefore);
  const membership = openMembership({ identity: first, dataDir, machine: 'm1', agentVersion: '2', clock, log: silentLogger });
  t.after(() => membership.close());
  const serial = store.get(joinedHosts, first.hostId)!.serial;
  const life = first.notAfter - first.notBefore;
  await clock.advance((life * 2) / 3 - 1000);
  assert.equal(membership.tls().cert, first.certificate);
  await clock.advance(2000);
  await waitFor('the renewal', () => membership.tls().cert !== first.certificate || undefined);
  assert.deepEqual(loadIdentity(dataDir), membership.identity);
  assert.notEqual(store.get(joinedHosts, first.hostId)!.serial, serial);
  assert.equal(store.get(joinedHosts, first.hostId)!.agentVersion, '2');
  assert.equal(membership.identity.secretAccessKey, first.secretAccessKey);
  assert.equal((await call(LEAVE_PATH, membership.identity)).status, 200);
});
