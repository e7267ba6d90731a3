// What a push changes: requirements, immutability, moved tags, sizes; and what deletions take with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blobLinks, imageKey, images, imageTagKey, imageTags, type Descriptor } from '#model/image.ts';
import { repositories, repositoryArn, type Repository } from '#model/repository.ts';
import type { Table } from '#model/table.ts';
import { planDeleteImage, planDeleteRepository, planDeleteTag } from './delete-image.ts';
import type { Manifest } from './manifest.ts';
import { MediaType } from './media-type.ts';
import { matchesWildcard, mayOverwriteTag } from './mutability.ts';
import { planPull, PULL_TIME_REFRESH_MS } from './pull.ts';
import { planPutImage, type PutImageOutcome } from './put-image.ts';
import { applyChanges, type ImageRows } from './rows.ts';

/** The least that is a state store. */
function rows(): ImageRows & { put<Row>(table: Table<Row>, row: Row): void; delete<Row>(table: Table<Row>, key: string): void; size(table: Table<any>): number } {
  const tables = new Map<Table<any>, Map<string, any>>();
  const of = (table: Table<any>): Map<string, any> => tables.get(table) ?? tables.set(table, new Map()).get(table)!;
  const by = (table: Table<any>, index: string, value: string): any[] => [...of(table).values()].filter((row) => [table.indexes[index]!(row)].flat().includes(value));
  return {
    get: (table, key) => of(table).get(key),
    by,
    count: (table, index, value) => by(table, index, value).length,
    put: (table, row) => void of(table).set(table.key(row), row),
    delete: (table, key) => void of(table).delete(key),
    size: (table) => of(table).size,
  };
}

const repository: Repository = {
  arn: repositoryArn('000000000000', 'us-east-1', 'app'),
  account: '000000000000',
  region: 'us-east-1',
  name: 'app',
  createdAt: 0,
  tagMutability: 'MUTABLE',
  tagExclusionFilters: [],
  scanOnPush: false,
  encryption: { encryptionType: 'AES256' },
  tags: [],
};
const digest = (of: string): string => `sha256:${of.repeat(64).slice(0, 64)}`;
const descriptor = (of: string, mediaType = 'layer'): Descriptor => ({ digest: digest(of), sizeBytes: 1, mediaType });
const manifest = (layers: readonly Descriptor[]): Manifest => ({ mediaType: MediaType.ociManifest, config: descriptor('c'), layers, manifests: [] });
const list = (...children: string[]): Manifest => ({ mediaType: MediaType.ociIndex, layers: [], manifests: children.map((child) => descriptor(child)) });

function world() {
  const state = rows();
  state.put(repositories, repository);
  const link = (of: string, sizeBytes: number): void => state.put(blobLinks, { repositoryArn: repository.arn, digest: digest(of), sizeBytes, linkedAt: 0 });
  const put = (of: string, what: Manifest, tag?: string, inRepository = repository): PutImageOutcome => {
    const outcome = planPutImage(state, { repository: inRepository, manifest: what, digest: digest(of), manifestSizeBytes: 3, now: 5, ...(tag !== undefined && { tag }) });
    if (outcome.is === 'put') applyChanges(state, outcome.changes);
    return outcome;
  };
  link('c', 10);
  link('1', 100);
  return { state, link, put };
}

test('an image is put once its config and layers are linked, and weighs what they weigh', () => {
  const { state, put } = world();
  const missing = put('a', manifest([descriptor('1'), descriptor('2'), descriptor('2')]));
  assert.deepEqual(missing, { is: 'blobsUnknown', digests: [digest('2')] });
  assert.equal(state.size(images), 0);
  const outcome = put('a', manifest([descriptor('1')]), 'v1');
  assert.equal(outcome.is === 'put' && outcome.image.sizeBytes, 110);
  assert.equal(state.get(imageTags, imageTagKey(repository.arn, 'v1'))?.digest, digest('a'));
});

test('layers that are never pushed are not required', () => {
  const { put } = world();
  assert.equal(put('a', manifest([descriptor('9', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip')])).is, 'put');
});

test('a list needs its images and weighs what the largest does', () => {
  const { link, put } = world();
  link('2', 500);
  assert.deepEqual(put('f', list('a')), { is: 'manifestsUnknown', digests: [digest('a')] });
  put('a', manifest([descriptor('1')]));
  put('b', manifest([descriptor('2')]));
  const outcome = put('f', list('a', 'b'));
  assert.equal(outcome.is === 'put' && outcome.image.sizeBytes, 510);
});

test('the same image under the same tag changes nothing; under another it gains the tag', () => {
  const { state, put } = world();
  put('a', manifest([]), 'v1');
  assert.equal(put('a', manifest([]), 'v1').is, 'exists');
  assert.equal(put('a', manifest([])).is, 'exists');
  assert.equal(put('a', manifest([]), 'v2').is, 'put');
  assert.equal(state.count(imageTags, 'image', imageKey(repository.arn, digest('a'))), 2);
});

test('an immutable tag is refused for another image, a new tag is not', () => {
  const { put } = world();
  const immutable: Repository = { ...repository, tagMutability: 'IMMUTABLE' };
  put('a', manifest([]), 'v1', immutable);
  assert.deepEqual(put('b', manifest([]), 'v1', immutable), { is: 'tagImmutable', tag: 'v1' });
  assert.equal(put('a', manifest([]), 'v1', immutable).is, 'exists');
  assert.equal(put('b', manifest([]), 'v2', immutable).is, 'put');
});

test('mutability with exclusions turns the rule round for matching tags', () => {
  const filters = [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }];
  assert.equal(mayOverwriteTag('IMMUTABLE_WITH_EXCLUSION', filters, 'dev-1'), true);
  assert.equal(mayOverwriteTag('IMMUTABLE_WITH_EXCLUSION', filters, 'v1'), false);
  assert.equal(mayOverwriteTag('MUTABLE_WITH_EXCLUSION', filters, 'dev-1'), false);
  assert.equal(mayOverwriteTag('MUTABLE_WITH_EXCLUSION', filters, 'v1'), true);
});

test('a wildcard means what its regular expression would', () => {
  const text = fc.stringMatching(/^[ab.]{0,8}$/);
  fc.assert(
    fc.property(fc.stringMatching(/^[ab.*]{1,8}$/), text, (pattern, sample) => {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      assert.equal(matchesWildcard(pattern, sample), expression.test(sample), `${pattern} ${sample}`);
    }),
    { numRuns: 500 },
  );
});

test('an image takes its tags with it, unless a list needs it', () => {
  const { state, put } = world();
  put('a', manifest([]), 'v1');
  put('f', list('a'), 'list');
  assert.deepEqual(planDeleteImage(state, repository.arn, digest('a')), { is: 'referenced', by: [digest('f')] });
  assert.equal(planDeleteTag(state, repository.arn, 'v1', true).is, 'referenced');
  const gone = planDeleteTag(state, repository.arn, 'list', true);
  assert.ok(gone.is === 'deleted');
  applyChanges(state, gone.changes);
  assert.equal(state.get(images, imageKey(repository.arn, digest('f'))), undefined, 'its last tag was all it had');
  const untagged = planDeleteTag(state, repository.arn, 'v1', false);
  assert.ok(untagged.is === 'deleted');
  applyChanges(state, untagged.changes);
  assert.ok(state.get(images, imageKey(repository.arn, digest('a'))), 'OCI keeps an image without tags');
  assert.equal(planDeleteTag(state, repository.arn, 'v1', false).is, 'notFound');
});

test('nothing of a deleted repository is left', () => {
  const { state, put } = world();
  put('a', manifest([descriptor('1')]), 'v1');
  applyChanges(state, planDeleteRepository(state, repository));
  for (const table of [repositories, images, imageTags, blobLinks]) assert.equal(state.size(table), 0, table.name);
});

test('pulls in quick succession are recorded once', () => {
  const { put } = world();
  const outcome = put('a', manifest([]));
  assert.ok(outcome.is === 'put');
  const [first] = planPull(outcome.image, 1000);
  const pulled = { ...outcome.image, lastPulledAt: 1000 };
  assert.deepEqual(first?.put, pulled);
  assert.deepEqual(planPull(pulled, 1000 + PULL_TIME_REFRESH_MS - 1), []);
  assert.equal(planPull(pulled, 1000 + PULL_TIME_REFRESH_MS).length, 1);
});
