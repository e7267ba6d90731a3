// Certificates: what OpenSSL (through Node) makes of ours.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { fingerprintOf, issueClient, issueServer, makeAuthority, makePrivateKey, makeRequest, readRequest, splitChain } from './x509.ts';

const validity = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2036, 0, 1) };

test('an authority signs a server certificate for names and addresses', async () => {
  const authority = await makeAuthority('test authority', validity);
  const server = await issueServer(authority, ['localhost', '10.0.0.5', '::1'], validity);
  const read = new X509Certificate(server.certificate);
  const ca = new X509Certificate(authority.certificate);
  assert.ok(ca.ca && !read.ca);
  assert.ok(read.verify(ca.publicKey) && read.checkIssued(ca));
  assert.equal(read.checkHost('localhost'), 'localhost');
  assert.equal(read.checkIP('10.0.0.5'), '10.0.0.5');
  assert.equal(read.checkHost('elsewhere'), undefined);
  assert.equal(fingerprintOf(authority.certificate).length, 64);
  assert.deepEqual(splitChain(`${server.certificate}\n${authority.certificate}`).length, 2);
});

test('a request becomes a client certificate; its serial is what Node shows', async () => {
  const authority = await makeAuthority('test authority', validity);
  const publicKey = await readRequest(await makeRequest(await makePrivateKey(), 'host'));
  assert.ok(publicKey);
  const issued = await issueClient(authority, 'abc123', publicKey, validity);
  const read = new X509Certificate(issued.certificate);
  assert.equal(read.subject, 'CN=abc123');
  assert.equal(read.serialNumber, issued.serial);
  assert.deepEqual(read.keyUsage, ['1.3.6.1.5.5.7.3.2']);
});

test('a request that is none, or was changed, is not read', async () => {
  const request = await makeRequest(await makePrivateKey(), 'host');
  assert.equal(await readRequest('no request'), undefined);
  const der = Buffer.from(request.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  // The last byte is of the signature.
  der[der.length - 1]! ^= 1;
  assert.equal(await readRequest(`-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`), undefined);
});
