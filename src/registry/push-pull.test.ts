// Pushing and pulling over HTTP: every way a blob can arrive, and what a manifest needs.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { ociClient, manifestOf, OCI_INDEX, OCI_MANIFEST, type OciClient } from '#tests/support/oci-client.ts';
import { sha256, startRegistry, type RegistryServer } from '#tests/support/registry-server.ts';
import { waitFor } from '#tests/support/wait-for.ts';

let server: RegistryServer;
let client: OciClient;
before(async () => {
  server = await startRegistry();
  client = ociClient(server.port);
});
after(() => server.close());

function repository(name: string): string {
  server.addRepository(name);
  return server.base(name);
}

test('the base endpoint names the API', async () => {
  const answer = await client.send('GET', '/v2/');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
});

test('POST then PUT stores a blob that HEAD and GET show', async () => {
  const base = repository('post-put');
  const digest = await client.pushBlob(base, 'hello');
  const head = await client.send('HEAD', `${base}/blobs/${digest}`);
  assert.deepEqual([head.status, head.headers['content-length'], head.headers['docker-content-digest'], head.text], [200, '5', digest, '']);
  const got = await client.send('GET', `${base}/blobs/${digest}`);
  assert.deepEqual([got.status, got.text], [200, 'hello']);
});

test('POST with a digest stores a blob in one request', async () => {
  const base = repository('monolithic');
  const digest = sha256('whole');
  const answer = await client.send('POST', `${base}/blobs/uploads/?digest=${digest}`, { body: 'whole' });
  assert.deepEqual([answer.status, answer.headers['location'], answer.headers['docker-content-digest']], [201, `${base}/blobs/${digest}`, digest]);
  assert.equal((await client.send('GET', `${base}/blobs/${digest}`)).text, 'whole');
});

test('the empty blob can be pushed and pulled', async () => {
  const base = repository('empty-blob');
  const digest = await client.pushBlob(base, '');
  const got = await client.send('GET', `${base}/blobs/${digest}`);
  assert.deepEqual([got.status, got.headers['content-length']], [200, '0']);
});

test('a chunked upload continues, tells how far it is, and is checked as a whole', async () => {
  const base = repository('chunked');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  const first = await client.send('PATCH', location!, { headers: { 'content-range': '0-3' }, body: 'abcd' });
  assert.deepEqual([first.status, first.headers['range'], first.headers['location']], [202, '0-3', location]);
  const status = await client.send('GET', location!);
  assert.deepEqual([status.status, status.headers['range']], [204, '0-3']);
  assert.equal((await client.send('PATCH', location!, { headers: { 'content-range': 'bytes 4-5' }, body: 'ef' })).status, 202);
  const done = await client.send('PUT', `${location}?digest=${sha256('abcdefgh')}`, { headers: { 'content-range': '6-7' }, body: 'gh' });
  assert.equal(done.status, 201);
  assert.equal((await client.send('GET', done.headers['location']!)).text, 'abcdefgh');
  assert.equal((await client.send('GET', location!)).errorCode(), 'BLOB_UPLOAD_UNKNOWN');
});

test('a chunk that does not continue the upload is refused with 416 and where to go on', async () => {
  const base = repository('out-of-order');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  await client.send('PATCH', location!, { body: 'abcd' });
  for (const range of ['0-3', '5-8', '3-6', 'x-y', '4-2']) {
    const answer = await client.send('PATCH', location!, { headers: { 'content-range': range }, body: 'efgh' });
    assert.deepEqual([answer.status, answer.headers['range']], [416, '0-3'], range);
  }
  const wrongLength = await client.send('PATCH', location!, { headers: { 'content-range': '4-20' }, body: 'efgh' });
  assert.equal(wrongLength.status, 416);
  assert.equal((await client.send('PUT', `${location}?digest=${sha256('abcdefgh')}`, { body: 'efgh' })).status, 201);
});

test('a wrong digest is refused and nothing becomes visible', async () => {
  const base = repository('wrong-digest');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  const claimed = sha256('something else');
  const answer = await client.send('PUT', `${location}?digest=${claimed}`, { body: 'this' });
  assert.deepEqual([answer.status, answer.errorCode()], [400, 'DIGEST_INVALID']);
  assert.equal((await client.send('HEAD', `${base}/blobs/${claimed}`)).status, 404);
  assert.equal((await client.send('HEAD', `${base}/blobs/${sha256('this')}`)).status, 404);
  for (const digest of ['sha256:short', 'md5:abc', 'sha512:' + 'a'.repeat(128), sha256('x').toUpperCase()]) {
    assert.equal((await client.send('POST', `${base}/blobs/uploads/?digest=${digest}`, { body: 'x' })).errorCode(), 'DIGEST_INVALID', digest);
  }
  assert.equal((await client.send('PUT', location!, { body: 'x' })).errorCode(), 'DIGEST_INVALID');
});

test('an upload can be given up, and only its own repository knows it', async () => {
  const base = repository('give-up');
  const other = repository('give-up-other');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  await client.send('PATCH', location!, { body: 'abc' });
  const elsewhere = location!.replace('/give-up/', '/give-up-other/');
  assert.notEqual(elsewhere, location);
  assert.equal((await client.send('PATCH', elsewhere, { body: 'x' })).errorCode(), 'BLOB_UPLOAD_UNKNOWN');
  assert.equal((await client.send('DELETE', location!)).status, 204);
  assert.equal((await client.send('GET', location!)).status, 404);
  assert.equal((await client.send('GET', `${other}/blobs/uploads/../../etc`)).errorCode(), 'NAME_INVALID');
  assert.equal((await client.send('GET', `${other}/blobs/uploads/not-a-uuid`)).status, 404);
});

test('ranges of a blob: inner, open, suffix, beyond the end', async () => {
  const base = repository('ranges');
  const digest = await client.pushBlob(base, '0123456789');
  const get = (range: string) => client.send('GET', `${base}/blobs/${digest}`, { headers: { range } });
  for (const [range = '', text, contentRange] of [
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ]) {
    const answer = await get(range);
    assert.deepEqual([answer.status, answer.text, answer.headers['content-range']], [206, text, contentRange], range);
  }
  const beyond = await get('bytes=10-12');
  assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */10']);
  for (const range of ['bytes=5-2', 'bytes=-', 'items=1-2', 'bytes=0-1,3-4']) assert.equal((await get(range)).text, '0123456789', range);
});

test('a blob is visible only in repositories that were given it', async () => {
  const one = repository('visible-one');
  const two = repository('visible-two');
  const digest = await client.pushBlob(one, 'private');
  assert.equal((await client.send('GET', `${two}/blobs/${digest}`)).errorCode(), 'BLOB_UNKNOWN');
  const refused = await client.send('PUT', `${two}/manifests/x`, { body: manifestOf({ config: 'private', layers: [] }) });
  assert.deepEqual([refused.status, refused.errorCode()], [404, 'MANIFEST_BLOB_UNKNOWN']);
});

test('mounting links a blob of another repository, or begins an upload', async () => {
  const source = repository('mount-source');
  const target = repository('mount-target');
  const digest = await client.pushBlob(source, 'shared layer');
  const from = source.slice('/v2/'.length);
  const missing = await client.send('POST', `${target}/blobs/uploads/?mount=${sha256('absent')}&from=${from}`);
  assert.equal(missing.status, 202);
  assert.ok(missing.headers['location']);
  const mounted = await client.send('POST', `${target}/blobs/uploads/?mount=${digest}&from=${from}`);
  assert.deepEqual([mounted.status, mounted.headers['location']], [201, `${target}/blobs/${digest}`]);
  assert.equal((await client.send('GET', `${target}/blobs/${digest}`)).text, 'shared layer');
  const third = repository('mount-discovered');
  assert.equal((await client.send('POST', `${third}/blobs/uploads/?mount=${digest}`)).status, 201);
});

test('mounting does not reach into another account', async () => {
  server.addRepository('theirs', { account: '111111111111' });
  const theirs = '/v2/111111111111.dkr.ecr.us-east-1/theirs';
  const digest = await client.pushBlob(theirs, 'secret of another account');
  const target = repository('mount-foreign');
  assert.equal((await client.send('POST', `${target}/blobs/uploads/?mount=${digest}&from=${theirs.slice('/v2/'.length)}`)).status, 202);
  assert.equal((await client.send('POST', `${target}/blobs/uploads/?mount=${digest}`)).status, 202);
});

test('an image is pulled by tag and digest with its own media type', async () => {
  const base = repository('images');
  const { digest, manifest, answer } = await client.pushImage(base, 'v1', { layers: ['layer one', 'layer two'] });
  assert.deepEqual([answer.status, answer.headers['location'], answer.headers['docker-content-digest']], [201, `${base}/manifests/${digest}`, digest]);
  for (const reference of ['v1', digest, digest.replace(':', '%3A')]) {
    const got = await client.send('GET', `${base}/manifests/${reference}`, { headers: { accept: `application/json;q=0.5, ${OCI_MANIFEST}` } });
    assert.deepEqual([got.status, got.text, got.headers['content-type'], got.headers['docker-content-digest']], [200, manifest, OCI_MANIFEST, digest]);
    const head = await client.send('HEAD', `${base}/manifests/${reference}`);
    assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, String(manifest.length), '']);
  }
  const unaccepted = await client.send('GET', `${base}/manifests/v1`, { headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' } });
  assert.deepEqual([unaccepted.status, unaccepted.errorCode()], [404, 'MANIFEST_UNKNOWN']);
});

test('a manifest is checked: form, digest, media type, blobs, listed manifests', async () => {
  const base = repository('checked');
  const image = { layers: ['a layer'] };
  const put = (reference: string, body: string, type = OCI_MANIFEST) => client.send('PUT', `${base}/manifests/${reference}`, { body, headers: { 'content-type': type } });
  assert.equal((await put('v1', manifestOf(image))).errorCode(), 'MANIFEST_BLOB_UNKNOWN');
  const { digest } = await client.pushImage(base, undefined, image);
  assert.equal((await put('v1', '{nonsense')).errorCode(), 'MANIFEST_INVALID');
  assert.equal((await put('v1', '[]')).errorCode(), 'MANIFEST_INVALID');
  assert.equal((await put('v1', JSON.stringify({ schemaVersion: 1, name: 'x' }))).errorCode(), 'MANIFEST_INVALID');
  assert.equal((await put('v1', manifestOf(image), OCI_INDEX)).errorCode(), 'MANIFEST_INVALID');
  assert.equal((await put('v1', manifestOf(image), 'text/plain')).errorCode(), 'MANIFEST_INVALID');
  assert.equal((await put(sha256('other'), manifestOf(image))).errorCode(), 'DIGEST_INVALID');
  assert.equal((await put('.bad', manifestOf(image))).errorCode(), 'TAG_INVALID');
  assert.equal((await put('x'.repeat(129), manifestOf(image))).errorCode(), 'TAG_INVALID');
  const both = JSON.stringify({ ...JSON.parse(manifestOf(image)), manifests: [] });
  assert.equal((await put('v1', both)).errorCode(), 'MANIFEST_INVALID');
  const index = (child: string) => JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest: child, size: 10 }] });
  assert.equal((await put('list', index(sha256('absent')), OCI_INDEX)).errorCode(), 'MANIFEST_BLOB_UNKNOWN');
  assert.equal((await put('list', index(digest), OCI_INDEX)).status, 201);
  assert.equal((await client.send('GET', `${base}/manifests/list`)).headers['content-type'], OCI_INDEX);
  assert.equal((await put('v1', ' '.repeat(4 * 1024 * 1024 + 1))).status, 413);
});

test('a tag moves; the image it left stays by digest', async () => {
  const base = repository('moving');
  const one = await client.pushImage(base, 'latest', { layers: ['one'] });
  const two = await client.pushImage(base, 'latest', { layers: ['two'] });
  assert.equal((await client.send('HEAD', `${base}/manifests/latest`)).headers['docker-content-digest'], two.digest);
  assert.equal((await client.send('HEAD', `${base}/manifests/${one.digest}`)).status, 200);
});

test('an immutable tag refuses another image in the words of ECR, and accepts the same again', async () => {
  server.addRepository('immutable', { tagMutability: 'IMMUTABLE' });
  const base = server.base('immutable');
  await client.pushImage(base, 'v1', { layers: ['one'] });
  const { answer } = await client.pushImage(base, 'v1', { layers: ['two'] });
  assert.deepEqual(answer.json().errors[0], {
    code: 'TAG_INVALID',
    message: "The image tag 'v1' already exists in the 'immutable' repository and cannot be overwritten because the tag is immutable.",
  });
  assert.equal((await client.pushImage(base, 'v1', { layers: ['one'] })).answer.status, 201);
  assert.equal((await client.pushImage(base, 'v2', { layers: ['two'] })).answer.status, 201);
});

test('a body that says when it ends but not how long it is can be pushed', async () => {
  const base = repository('streamed');
  const bytes = Buffer.alloc(3 * 1024 * 1024 + 17, 'stream');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  const patched = await client.send('PATCH', location!, { headers: { 'transfer-encoding': 'chunked' }, body: bytes });
  assert.equal(patched.headers['range'], `0-${bytes.length - 1}`);
  assert.equal((await client.send('PUT', `${location}?digest=${sha256(bytes)}`)).status, 201);
  assert.ok((await client.send('GET', `${base}/blobs/${sha256(bytes)}`)).bytes.equals(bytes));
});

test('an upload whose connection breaks keeps what arrived and goes on from there', async () => {
  const base = repository('broken');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it`, () => socket.destroy());
    });
    socket.on('close', () => resolve());
  });
  // Waits for the broken request, which has the upload until its connection is seen to be gone.
  await waitFor('the broken part to be counted', async () => (await client.send('GET', location!)).headers['range'] === '0-9' || undefined);
  const done = await client.send('PUT', `${location}?digest=${sha256('half of it and the rest')}`, { headers: { 'content-range': '10-22' }, body: ' and the rest' });
  assert.equal(done.status, 201);
});

test('two clients at one upload take turns, and only one of them continues it', async () => {
  const base = repository('two-clients');
  const { location } = (await client.send('POST', `${base}/blobs/uploads/`)).headers;
  const send = (body: string) => client.send('PATCH', location!, { headers: { 'content-range': '0-3' }, body });
  const answers = await Promise.all([send('aaaa'), send('bbbb')]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 416]);
  const winner = answers[0]!.status === 202 ? 'aaaa' : 'bbbb';
  assert.equal((await client.send('PUT', `${location}?digest=${sha256(winner)}`)).status, 201);
});
