// The registry as one thing: opens its files and threads, serves /v2/, and gives the ECR API what it needs. app/ joins it to the rest.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { Store } from '#store/store.ts';
import { tokenAuthorizer, type Judge } from './access.ts';
import { openBlobStore } from './blob-store.ts';
import { openByteWorkers } from './byte-workers.ts';
import { collectGarbage, type GarbageReport } from './collect-garbage.ts';
import { registryHandler } from './handler.ts';
import { layerAccess, type LayerAccess } from './layer-access.ts';
import { fileSender } from '#base/system/send-file.ts';
import { followSettled } from './settled.ts';
import { issueRegistryToken, type RegistryTokenClaims } from './token.ts';
import { openUploadStore } from './upload-store.ts';

export interface RegistryOptions {
  readonly store: Store;
  /** The platform's data directory; the registry's files are in `registry/` below it. */
  readonly dataDir: string;
  /** Signs tokens and download addresses; at least 32 bytes, the same over restarts. */
  readonly tokenSecret: Uint8Array;
  /** Accept any credentials and none under /v2/. Default false. */
  readonly relaxed?: boolean;
  /** Asked about every use of a repository by the holder of a token. Absent: a token opens its whole account. */
  readonly judge?: Judge;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Threads that hash and write. Default 4: they mostly wait for the disk. */
  readonly lanes?: number;
  /** How long the collector leaves a blob that no image needs. Default one hour. */
  readonly graceMs?: number;
  /** How long an unfinished upload is kept. Default 24 hours. */
  readonly uploadMaxAgeMs?: number;
}

export interface Registry {
  /** Serves requests whose path is `/v2` or under `/v2/`. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** What the ECR service needs of the registry: see api/ecr/deps.ts. */
  readonly layers: LayerAccess;
  /** A password for the user `AWS`. */
  issueToken(claims: RegistryTokenClaims): string;
  /** Removes what nothing needs. Call it now and then (hourly); overlapping calls share one run. */
  collectGarbage(): Promise<GarbageReport>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const UPLOAD_IDLE_MS = 300_000;

/** Opens the registry and removes uploads that were abandoned before. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { store, clock, random, log, tokenSecret, relaxed = false, graceMs = HOUR_MS, uploadMaxAgeMs = 24 * HOUR_MS } = options;
  const directory = join(options.dataDir, 'registry');
  const workers = openByteWorkers(options.lanes ?? 4);
  const blobs = await openBlobStore(directory, { clock, random, workers });
  const uploads = await openUploadStore(directory, { clock, random, workers, blobs });
  await uploads.sweep({ idleMs: UPLOAD_IDLE_MS, maxAgeMs: uploadMaxAgeMs });
  const authorize = tokenAuthorizer({ tokenSecret, relaxed, now: () => clock.now() });
  const settled = followSettled(store);
  const state = { store, blobs, uploads, files: fileSender(), settled, clock, log, authorize, judge: relaxed ? undefined : options.judge, tokenSecret };
  let collecting: Promise<GarbageReport> | undefined;
  return {
    handle: registryHandler(state),
    layers: layerAccess(state),
    issueToken: (claims) => issueRegistryToken(tokenSecret, claims),
    collectGarbage() {
      collecting ??= collectGarbage({ store, blobs, uploads, clock, graceMs, uploadMaxAgeMs, uploadIdleMs: UPLOAD_IDLE_MS }).finally(() => {
        collecting = undefined;
      });
      return collecting;
    },
    async close() {
      settled.close();
      await workers.close();
    },
  };
}
