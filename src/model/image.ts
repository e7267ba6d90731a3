// What a repository holds: images (manifests), the tags that name them, and links to the blobs it may serve.
import { table } from './table.ts';

/** Something a manifest points at. */
export interface Descriptor {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** One manifest in one repository. Its bytes are the blob `digest`. */
export interface Image {
  readonly repositoryArn: string;
  /** `sha256:<64 hex>` of the manifest's bytes. */
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the manifest itself. */
  readonly manifestSizeBytes: number;
  /** Config and layers; of an index, that of its largest image. */
  readonly sizeBytes: number;
  /** `artifactType` of the manifest, else its config's media type; undefined in an index without one. */
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Of an index or manifest list: the manifests it lists. */
  readonly manifests: readonly Descriptor[];
  /** The digest this manifest refers to (signature, SBOM); it need not exist. */
  readonly subject?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly pushedAt: number;
  readonly lastPulledAt?: number;
}

export const images = table<Image>('images', (i) => imageKey(i.repositoryArn, i.digest), {
  repository: (i) => i.repositoryArn,
  /** In all repositories: whether the manifest's bytes are still needed. */
  digest: (i) => i.digest,
  /** `<repositoryArn>@<digest>` of everything it holds on to: config, layers, listed manifests. */
  reference: (i) => referencedDigests(i).map((digest) => imageKey(i.repositoryArn, digest)),
  /** `<repositoryArn>@<digest>` of the manifest it refers to. */
  subject: (i) => (i.subject === undefined ? undefined : imageKey(i.repositoryArn, i.subject)),
});

/** A tag of a repository: it names one image. */
export interface ImageTag {
  readonly repositoryArn: string;
  readonly tag: string;
  readonly digest: string;
  /** Epoch milliseconds: since when it names this image. */
  readonly taggedAt: number;
}

export const imageTags = table<ImageTag>('image_tags', (t) => imageTagKey(t.repositoryArn, t.tag), {
  repository: (t) => t.repositoryArn,
  image: (t) => imageKey(t.repositoryArn, t.digest),
});

/** That a repository may serve a blob. A blob without any link is garbage. */
export interface BlobLink {
  readonly repositoryArn: string;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly linkedAt: number;
}

export const blobLinks = table<BlobLink>('blob_links', (l) => imageKey(l.repositoryArn, l.digest), {
  repository: (l) => l.repositoryArn,
  digest: (l) => l.digest,
});

/** `<repositoryArn>@<digest>`: key of an image and of a blob link. */
export function imageKey(repositoryArn: string, digest: string): string {
  return `${repositoryArn}@${digest}`;
}

/** `<repositoryArn>:<tag>`. */
export function imageTagKey(repositoryArn: string, tag: string): string {
  return `${repositoryArn}:${tag}`;
}

/** Config, layers and listed manifests, each once. */
export function referencedDigests(image: Image): string[] {
  const digests = new Set<string>();
  if (image.config !== undefined) digests.add(image.config.digest);
  for (const layer of image.layers) digests.add(layer.digest);
  for (const manifest of image.manifests) digests.add(manifest.digest);
  return [...digests];
}
