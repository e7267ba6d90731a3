// Lists and deletions: tags, catalog, referrers, manifests, blobs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ociClient, OCI_INDEX, OCI_MANIFEST, type OciClient } from '#tests/support/oci-client.ts';
import { sha256, startRegistry, type RegistryServer } from '#tests/support/registry-server.ts';

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

test('tags are listed in lexical order, page by page, following Link', async () => {
  const base = repository('tags');
  for (const tag of ['b', 'a', 'B', 'a-1', '10', '9']) await client.pushImage(base, tag, { layers: ['same'] });
  const name = base.slice('/v2/'.length);
  assert.deepEqual((await client.send('GET', `${base}/tags/list`)).json(), { name, tags: ['10', '9', 'B', 'a', 'a-1', 'b'] });
  const seen: string[] = [];
  let path: string | undefined = `${base}/tags/list?n=4`;
  while (path !== undefined) {
    const answer = await client.send('GET', path);
    seen.push(answer.json().tags.join(' '));
    path = /<(.+)>; rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
  }
  assert.deepEqual(seen, ['10 9 B a', 'a-1 b']);
  assert.deepEqual((await client.send('GET', `${base}/tags/list?n=0`)).json().tags, []);
  assert.deepEqual((await client.send('GET', `${base}/tags/list?last=a`)).json().tags, ['a-1', 'b']);
  assert.equal((await client.send('GET', `${base}/tags/list?n=-1`)).errorCode(), 'PAGINATION_NUMBER_INVALID');
});

test('the catalog names repositories as they are pulled', async () => {
  const base = repository('zz-catalog');
  const all = (await client.send('GET', '/v2/_catalog')).json().repositories;
  assert.ok(all.includes(base.slice('/v2/'.length)));
  const page = await client.send('GET', '/v2/_catalog?n=1');
  assert.equal(page.json().repositories.length, 1);
  assert.match(page.headers['link'] ?? '', /^<\/v2\/_catalog\?n=1&last=.+>; rel="next"$/);
});

test('referrers are found by subject, filtered by artifact type, before and after the subject exists', async () => {
  const base = repository('referrers');
  const subject = { digest: sha256('later'), size: 5, mediaType: OCI_MANIFEST };
  const none = await client.send('GET', `${base}/referrers/${subject.digest}`);
  assert.deepEqual([none.status, none.headers['content-type'], none.json().manifests], [200, OCI_INDEX, []]);
  const put = (artifactType: string | undefined, annotations?: Record<string, string>) =>
    client.pushImage(base, undefined, { layers: ['sig'], extra: { subject, ...(artifactType && { artifactType }), ...(annotations && { annotations }) } });
  const signature = await put('application/vnd.example.signature', { 'org.example': 'yes' });
  assert.equal(signature.answer.headers['oci-subject'], subject.digest);
  const plain = await put(undefined);
  const all = (await client.send('GET', `${base}/referrers/${subject.digest}`)).json();
  assert.equal(all.schemaVersion, 2);
  assert.deepEqual(all.manifests, [
    { mediaType: OCI_MANIFEST, digest: signature.digest, size: signature.manifest.length, artifactType: 'application/vnd.example.signature', annotations: { 'org.example': 'yes' } },
    { mediaType: OCI_MANIFEST, digest: plain.digest, size: plain.manifest.length, artifactType: 'application/vnd.oci.image.config.v1+json' },
  ]);
  const filtered = await client.send('GET', `${base}/referrers/${subject.digest}?artifactType=application/vnd.example.signature`);
  assert.equal(filtered.headers['oci-filters-applied'], 'artifactType');
  assert.deepEqual(filtered.json().manifests.map((one: { digest: string }) => one.digest), [signature.digest]);
  assert.equal((await client.send('GET', `${base}/referrers/nonsense`)).errorCode(), 'DIGEST_INVALID');
  await client.send('DELETE', `${base}/manifests/${signature.digest}`);
  assert.equal((await client.send('GET', `${base}/referrers/${subject.digest}`)).json().manifests.length, 1);
});

test('deleting a tag leaves the image; deleting the image takes its tags', async () => {
  const base = repository('deletes');
  const { digest } = await client.pushImage(base, 'one', { layers: ['x'] });
  await client.pushImage(base, 'two', { layers: ['x'] });
  assert.equal((await client.send('DELETE', `${base}/manifests/one`)).status, 202);
  assert.equal((await client.send('GET', `${base}/manifests/one`)).status, 404);
  assert.equal((await client.send('GET', `${base}/manifests/${digest}`)).status, 200);
  assert.equal((await client.send('DELETE', `${base}/manifests/${digest}`)).status, 202);
  assert.deepEqual((await client.send('GET', `${base}/tags/list`)).json().tags, []);
  assert.equal((await client.send('DELETE', `${base}/manifests/${digest}`)).errorCode(), 'MANIFEST_UNKNOWN');
});

test('an image that a manifest list names cannot be deleted before the list', async () => {
  const base = repository('listed');
  const { digest } = await client.pushImage(base, undefined, { layers: ['child'] });
  const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest, size: 1 }] });
  await client.send('PUT', `${base}/manifests/list`, { body: index, headers: { 'content-type': OCI_INDEX } });
  const refused = await client.send('DELETE', `${base}/manifests/${digest}`);
  assert.equal(refused.status, 409);
  assert.ok(refused.json().errors[0].message.includes(sha256(index)));
  assert.equal((await client.send('DELETE', `${base}/manifests/${sha256(index)}`)).status, 202);
  assert.equal((await client.send('DELETE', `${base}/manifests/${digest}`)).status, 202);
});

test('a blob can be unlinked once no image needs it', async () => {
  const base = repository('unlink');
  const { digest } = await client.pushImage(base, 'v1', { layers: ['needed'] });
  const layer = sha256('needed');
  assert.equal((await client.send('DELETE', `${base}/blobs/${layer}`)).errorCode(), 'UNSUPPORTED');
  await client.send('DELETE', `${base}/manifests/${digest}`);
  assert.equal((await client.send('DELETE', `${base}/blobs/${layer}`)).status, 202);
  assert.equal((await client.send('HEAD', `${base}/blobs/${layer}`)).status, 404);
});
