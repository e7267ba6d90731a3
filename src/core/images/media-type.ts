// The manifest media types a registry knows, and what each one is.

export const MediaType = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** Docker's schema 1 is not among them: it was withdrawn, and ECR refuses it too. */
export function isManifestMediaType(mediaType: string): boolean {
  return (Object.values(MediaType) as string[]).includes(mediaType);
}

/** Manifest lists and indexes point at manifests, not at layers. */
export function isIndexMediaType(mediaType: string): boolean {
  return mediaType === MediaType.dockerList || mediaType === MediaType.ociIndex;
}

/** Layers that Docker leaves where they are (Windows base layers): never pushed, so never required. */
export function isForeignLayer(mediaType: string): boolean {
  return mediaType.includes('.foreign.') || mediaType.includes('.nondistributable.');
}
