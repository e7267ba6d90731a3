// Reading a manifest: Docker v2 schema 2, OCI image, manifest list and OCI index. Pure: text in, facts or a problem out.
import type { Descriptor } from '#model/image.ts';
import { isDigest } from './digest.ts';
import { isIndexMediaType, isManifestMediaType, MediaType } from './media-type.ts';

export const MANIFEST_MAX_BYTES = 4 * 1024 * 1024;

/** What a manifest says, once it has been checked. */
export interface Manifest {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly manifests: readonly Descriptor[];
  readonly subject?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export type ParsedManifest = { readonly manifest: Manifest } | { readonly problem: string };

/**
 * Reads a manifest.
 * @param declared media type from the request (Content-Type, imageManifestMediaType); undefined when it has none.
 *   The document's own mediaType must agree with it.
 */
export function parseManifest(text: string, declared: string | undefined): ParsedManifest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { problem: 'manifest is not valid JSON' };
  }
  if (!isRecord(document)) return { problem: 'manifest is not a JSON object' };
  if (document['schemaVersion'] !== 2) return { problem: 'manifest schemaVersion must be 2' };
  const mediaType = chooseMediaType(document, declared);
  if ('problem' in mediaType) return mediaType;
  return readDocument(document, mediaType.mediaType);
}

function readDocument(document: Record<string, unknown>, mediaType: string): ParsedManifest {
  const index = isIndexMediaType(mediaType);
  // A document that is both could be read as one thing by us and as another by a client (CVE-2021-41190).
  if (index ? 'layers' in document || 'config' in document : 'manifests' in document) {
    return { problem: `manifest has members that ${mediaType} does not have` };
  }
  const config = index ? undefined : readDescriptor(document['config']);
  if (!index && config === undefined) return { problem: 'manifest has no valid config' };
  const layers = readDescriptors(index ? [] : document['layers']);
  const manifests = readDescriptors(index ? document['manifests'] : []);
  if (layers === undefined) return { problem: 'manifest has no valid layers' };
  if (manifests === undefined) return { problem: 'index has no valid manifests' };
  const subject = document['subject'] === undefined ? undefined : readDescriptor(document['subject']);
  if (document['subject'] !== undefined && subject === undefined) return { problem: 'subject is not a valid descriptor' };
  const artifactType = typeof document['artifactType'] === 'string' && document['artifactType'] !== '' ? document['artifactType'] : config?.mediaType;
  const annotations = readAnnotations(document['annotations']);
  return {
    manifest: {
      mediaType,
      ...(artifactType !== undefined && { artifactType }),
      ...(config !== undefined && { config }),
      layers,
      manifests,
      ...(subject !== undefined && { subject: subject.digest }),
      ...(annotations !== undefined && { annotations }),
    },
  };
}

function chooseMediaType(document: Record<string, unknown>, declared: string | undefined): { mediaType: string } | { problem: string } {
  const own = typeof document['mediaType'] === 'string' ? document['mediaType'] : undefined;
  const given = declared === undefined || declared === '' ? undefined : declared.split(';', 1)[0]?.trim();
  if (own !== undefined && given !== undefined && own !== given) {
    return { problem: `manifest mediaType '${own}' does not match the declared media type '${given}'` };
  }
  const mediaType = own ?? given ?? ('manifests' in document ? MediaType.ociIndex : MediaType.ociManifest);
  return isManifestMediaType(mediaType) ? { mediaType } : { problem: `manifest media type '${mediaType}' is not supported` };
}

function readDescriptors(value: unknown): readonly Descriptor[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const out: Descriptor[] = [];
  for (const item of value) {
    const descriptor = readDescriptor(item);
    if (descriptor === undefined) return undefined;
    out.push(descriptor);
  }
  return out;
}

function readDescriptor(value: unknown): Descriptor | undefined {
  if (!isRecord(value)) return undefined;
  const { digest, size, mediaType } = value;
  if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  return { digest, sizeBytes: size, mediaType: typeof mediaType === 'string' ? mediaType : '' };
}

function readAnnotations(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const pairs = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
