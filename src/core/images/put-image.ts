// What happens to a repository's rows when a manifest is put: the one decision behind `docker push` and PutImage.
import type { Descriptor, Image, ImageTag } from '#model/image.ts';
import { blobLinks, imageKey, images, imageTagKey, imageTags } from '#model/image.ts';
import type { Repository } from '#model/repository.ts';
import type { Manifest } from './manifest.ts';
import { isForeignLayer } from './media-type.ts';
import { mayOverwriteTag } from './mutability.ts';
import { putRow, type ImageRows, type RowChange } from './rows.ts';

export interface PutImageRequest {
  readonly repository: Repository;
  readonly manifest: Manifest;
  /** Digest and length of the manifest's bytes. */
  readonly digest: string;
  readonly manifestSizeBytes: number;
  readonly tag?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type PutImageOutcome =
  | { readonly is: 'put'; readonly image: Image; readonly changes: readonly RowChange[] }
  /** Same image under the same tag (or untagged): nothing to change. */
  | { readonly is: 'exists'; readonly image: Image }
  | { readonly is: 'tagImmutable'; readonly tag: string }
  | { readonly is: 'blobsUnknown'; readonly digests: readonly string[] }
  | { readonly is: 'manifestsUnknown'; readonly digests: readonly string[] };

/** Checks what the manifest needs, then immutability; gives the rows to write. */
export function planPutImage(rows: ImageRows, request: PutImageRequest): PutImageOutcome {
  const { repository, manifest, digest, tag, now } = request;
  const missing = missingReferences(rows, repository.arn, manifest);
  if (missing !== undefined) return missing;
  const existing = rows.get(images, imageKey(repository.arn, digest));
  const tagged = tag === undefined ? undefined : rows.get(imageTags, imageTagKey(repository.arn, tag));
  if (existing !== undefined && (tag === undefined || tagged?.digest === digest)) return { is: 'exists', image: existing };
  if (tag !== undefined && tagged !== undefined && !mayOverwriteTag(repository.tagMutability, repository.tagExclusionFilters, tag)) {
    return { is: 'tagImmutable', tag };
  }
  const image = existing ?? newImage(rows, request);
  const changes: RowChange[] = [];
  if (existing === undefined) changes.push(putRow(images, image));
  if (tag !== undefined) changes.push(putRow<ImageTag>(imageTags, { repositoryArn: repository.arn, tag, digest, taggedAt: now }));
  return { is: 'put', image, changes };
}

function missingReferences(rows: ImageRows, repositoryArn: string, manifest: Manifest): PutImageOutcome | undefined {
  const required = manifest.layers.filter((layer) => !isForeignLayer(layer.mediaType));
  if (manifest.config !== undefined) required.push(manifest.config);
  const blobs = absent(required, (digest) => rows.get(blobLinks, imageKey(repositoryArn, digest)) !== undefined);
  if (blobs.length > 0) return { is: 'blobsUnknown', digests: blobs };
  const manifests = absent(manifest.manifests, (digest) => rows.get(images, imageKey(repositoryArn, digest)) !== undefined);
  return manifests.length > 0 ? { is: 'manifestsUnknown', digests: manifests } : undefined;
}

function absent(descriptors: readonly Descriptor[], exists: (digest: string) => boolean): string[] {
  return [...new Set(descriptors.map(({ digest }) => digest))].filter((digest) => !exists(digest));
}

function newImage(rows: ImageRows, { repository, manifest, digest, manifestSizeBytes, now }: PutImageRequest): Image {
  return {
    repositoryArn: repository.arn,
    digest,
    ...manifest,
    manifestSizeBytes,
    sizeBytes: imageSizeBytes(rows, repository.arn, manifest),
    pushedAt: now,
  };
}

/** Of an image, config and layers as stored; of an index, its largest image (as DescribeImages counts). */
function imageSizeBytes(rows: ImageRows, repositoryArn: string, manifest: Manifest): number {
  const stored = (digest: string): number => rows.get(blobLinks, imageKey(repositoryArn, digest))?.sizeBytes ?? 0;
  const own = [...manifest.layers, ...(manifest.config === undefined ? [] : [manifest.config])];
  const listed = manifest.manifests.map(({ digest }) => rows.get(images, imageKey(repositoryArn, digest))?.sizeBytes ?? 0);
  return own.reduce((sum, { digest }) => sum + stored(digest), listed.reduce((most, size) => Math.max(most, size), 0));
}
