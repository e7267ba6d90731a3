// Blobs for the ECR API: layer uploads in parts, manifests, download addresses. The interface is declared by its user in api/ecr/.
import { repositories, type Repository } from '#model/repository.ts';
import { blobLinks, imageKey } from '#model/image.ts';
import { digestOf } from './blob-store.ts';
import type { RegistryState } from './exchange.ts';
import { signDownload } from './token.ts';

export type AppendOutcome = { readonly is: 'appended' | 'outOfOrder'; readonly sizeBytes: number } | { readonly is: 'unknown' };
export type CompleteOutcome = { readonly is: 'stored' | 'mismatch' | 'empty' | 'unknown' };

export interface LayerAccess {
  begin(repositoryArn: string): string;
  /** `firstByte` must be where the upload is. */
  append(repositoryArn: string, uploadId: string, firstByte: number, bytes: Uint8Array): Promise<AppendOutcome>;
  /** Ends the upload; on `stored` the blob is durable and the repository linked to it. */
  complete(repositoryArn: string, uploadId: string, digest: string): Promise<CompleteOutcome>;
  /** Makes a manifest's bytes durable, then runs `commit`, a transaction that names them. Nothing removes them in between. */
  storeManifest<T>(text: string, commit: (digest: string) => T): Promise<T>;
  manifestDigest(text: string): string;
  readManifest(digest: string): Promise<string | undefined>;
  /** Notes that a client was told of the blob. */
  touch(digest: string): void;
  /** Path and query under /v2/ that serve the blob without credentials until `expiresAt` (epoch milliseconds). */
  downloadPath(repository: Repository, digest: string, expiresAt: number): string;
}

export function layerAccess({ store, blobs, uploads, clock, tokenSecret }: RegistryState): LayerAccess {
  return {
    begin: (repositoryArn) => uploads.begin(repositoryArn),
    async append(repositoryArn, uploadId, firstByte, bytes) {
      const used = await uploads.use<AppendOutcome>(repositoryArn, uploadId, async (upload) => {
        if (upload.sizeBytes !== firstByte) return { is: 'outOfOrder', sizeBytes: upload.sizeBytes };
        await upload.write([new Uint8Array(bytes)]);
        return { is: 'appended', sizeBytes: upload.sizeBytes };
      });
      return used?.result ?? { is: 'unknown' };
    },
    async complete(repositoryArn, uploadId, digest) {
      const used = await uploads.use<CompleteOutcome>(repositoryArn, uploadId, async (upload) => {
        if (upload.sizeBytes === 0) return { is: 'empty' };
        const matched = await upload.finish(digest, async (sizeBytes) => {
          store.transact((tx) => {
            if (tx.get(repositories, repositoryArn) === undefined || tx.get(blobLinks, imageKey(repositoryArn, digest)) !== undefined) return;
            tx.put(blobLinks, { repositoryArn, digest, sizeBytes, linkedAt: clock.now() });
          });
          await store.durable();
        });
        return { is: matched ? 'stored' : 'mismatch' };
      });
      return used?.result ?? { is: 'unknown' };
    },
    storeManifest(text, commit) {
      const bytes = Buffer.from(text);
      const digest = digestOf(bytes);
      return blobs.hold(digest, async () => {
        await blobs.write(digest, bytes);
        return commit(digest);
      });
    },
    manifestDigest: (text) => digestOf(Buffer.from(text)),
    readManifest: async (digest) => (await blobs.read(digest))?.toString(),
    touch: (digest) => blobs.touch(digest),
    downloadPath({ arn, account, region, name }, digest, expiresAt) {
      return `/v2/${account}.dkr.ecr.${region}/${name}/blobs/${digest}?${signDownload(tokenSecret, arn, digest, expiresAt)}`;
    },
  };
}
