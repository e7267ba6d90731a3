// What ECR handlers get beside their input: the shared context, the registry's blobs and its tokens.
import type { Repository } from '#model/repository.ts';
import type { AwsCall, Caller } from '#wire/call.ts';
import { type ApiContext, type ApiDeps, apiContext } from '../context.ts';

/** The registry's blobs; src/registry/layer-access.ts is the real one. */
export interface LayerStore {
  /** A new upload's id, a UUID. */
  begin(repositoryArn: string): string;
  /** Appends at `firstByte`, which must be where the upload is; `sizeBytes` is where it is afterwards. */
  append(
    repositoryArn: string,
    uploadId: string,
    firstByte: number,
    bytes: Uint8Array,
  ): Promise<{ readonly is: 'appended' | 'outOfOrder'; readonly sizeBytes: number } | { readonly is: 'unknown' }>;
  /** Ends the upload. On `stored` the blob is durable and the repository linked to it. */
  complete(repositoryArn: string, uploadId: string, digest: string): Promise<{ readonly is: 'stored' | 'mismatch' | 'empty' | 'unknown' }>;
  /** Makes a manifest's bytes durable, then runs `commit`: a transaction that names their digest. */
  storeManifest<T>(text: string, commit: (digest: string) => T): Promise<T>;
  manifestDigest(text: string): string;
  /** A manifest's text; undefined when its file is gone. */
  readManifest(digest: string): Promise<string | undefined>;
  /** Notes that a client was told the blob is here: it may rely on it for a while. */
  touch(digest: string): void;
  /** Path and query that serve the blob without credentials until `expiresAt`, epoch milliseconds. */
  downloadPath(repository: Repository, digest: string, expiresAt: number): string;
}

export interface EcrDeps extends ApiDeps {
  readonly layers: LayerStore;
  /** A registry password for `docker login --username AWS`. `expiresAt` in epoch milliseconds. */
  readonly issueToken: (claims: { readonly account: string; readonly principalArn: string; readonly expiresAt: number; readonly caller: Caller }) => string;
}

export interface EcrContext extends ApiContext {
  readonly layers: LayerStore;
  readonly issueToken: EcrDeps['issueToken'];
}

/** The context of one call. */
export function ecrContext(deps: EcrDeps, call: AwsCall): EcrContext {
  return { ...apiContext(deps, call), layers: deps.layers, issueToken: deps.issueToken };
}

/**
 * Host and port of the registry as docker must write it. Always `localhost`: docker speaks plain HTTP to it unconfigured,
 * and the registry is on the port that the API was called on.
 */
export function registryHost(ctx: EcrContext): string {
  if (ctx.registryHost !== undefined) return ctx.registryHost;
  const { port, protocol } = new URL(ctx.call.baseUrl);
  return `localhost:${port || (protocol === 'https:' ? '443' : '80')}`;
}
