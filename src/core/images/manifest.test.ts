// Manifests: the four kinds, and documents that only look like one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseManifest } from './manifest.ts';
import { MediaType } from './media-type.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const descriptor = { digest, size: 7, mediaType: 'x/y' };
const image = { schemaVersion: 2, mediaType: MediaType.ociManifest, config: descriptor, layers: [descriptor] };
const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [descriptor] };
const parse = (document: unknown, declared?: string) => parseManifest(JSON.stringify(document), declared);

test('images and indexes of Docker and OCI are read', () => {
  for (const mediaType of [MediaType.ociManifest, MediaType.dockerManifest]) {
    const parsed = parse({ ...image, mediaType }, `${mediaType}; charset=utf-8`);
    assert.deepEqual(parsed, {
      manifest: { mediaType, artifactType: 'x/y', config: { digest, sizeBytes: 7, mediaType: 'x/y' }, layers: [{ digest, sizeBytes: 7, mediaType: 'x/y' }], manifests: [] },
    });
  }
  for (const mediaType of [MediaType.ociIndex, MediaType.dockerList]) {
    const parsed = parse({ ...index, mediaType });
    assert.deepEqual(parsed, { manifest: { mediaType, layers: [], manifests: [{ digest, sizeBytes: 7, mediaType: 'x/y' }] } });
  }
});

test('artifacts keep their type, subject and annotations', () => {
  const parsed = parse({ ...image, artifactType: 'a/b', subject: descriptor, annotations: { k: 'v', bad: 1 } });
  assert.ok('manifest' in parsed);
  const { artifactType, subject, annotations } = parsed.manifest;
  assert.deepEqual({ artifactType, subject, annotations }, { artifactType: 'a/b', subject: digest, annotations: { k: 'v' } });
});

test('a document without a media type is what it is declared to be, or what it looks like', () => {
  const { mediaType: _type, ...untyped } = image;
  const typeOf = (parsed: ReturnType<typeof parse>) => ('manifest' in parsed ? parsed.manifest.mediaType : parsed.problem);
  assert.equal(typeOf(parse(untyped, MediaType.dockerManifest)), MediaType.dockerManifest);
  assert.equal(typeOf(parse(untyped)), MediaType.ociManifest);
  assert.match(typeOf(parse(image, MediaType.dockerManifest)), /does not match/);
});

test('what could be read in two ways, or not at all, is refused', () => {
  const wrong: unknown[] = [
    { ...image, manifests: [] },
    { ...index, layers: [] },
    { ...index, config: descriptor },
    { ...image, config: undefined },
    { ...image, layers: undefined },
    { ...image, layers: [{ ...descriptor, digest: 'sha256:../../etc/passwd' }] },
    { ...image, layers: [{ ...descriptor, size: -1 }] },
    { ...image, layers: [{ ...descriptor, size: 1.5 }] },
    { ...image, subject: 'x' },
    { ...index, manifests: [{}] },
    { ...image, schemaVersion: 1 },
    { ...image, mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
    null,
    [],
    'x',
  ];
  for (const document of wrong) assert.ok('problem' in parse(document), JSON.stringify(document));
});

test('any document gets a manifest or a problem, never an exception', () => {
  fc.assert(fc.property(fc.json(), fc.option(fc.string(), { nil: undefined }), (text, declared) => assert.ok(parseManifest(text, declared))));
});
