// The audit trail: a record of every call, in log segments of its own under <data dir>/audit. Records gather for up to a second before
// they are written and synced: so much may be lost when the machine or the process dies, and calls never wait for it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { EventHistory } from '#api/cloudtrail/context.ts';
import { createEventRecords, isRecorded, RECORDED_OF_AGENTS, renderAssumption, type ServiceAssumption } from '#api/cloudtrail/event-record.ts';
import { accessKeys } from '#model/account.ts';
import type { Reader } from '#store/store.ts';
import { LogBatch } from '#telemetry/log-batch.ts';
import { openLogStore, type LogStoreHandle } from '#telemetry/log-store.ts';
import { createRequestIds } from '#wire/request-ids.ts';
import type { Done } from '#wire/server.ts';

export interface AuditTrail extends EventHistory {
  /** Takes a call into the record. Never throws. */
  record(done: Done): void;
  /** Takes into the record that a service took a role for what it runs. */
  recordAssumption(of: ServiceAssumption): void;
  /** Drops what is older than 90 days and what is over the limit of its account. */
  trim(): Promise<void>;
  /** Writes what has gathered. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface AuditDeps {
  readonly dataDir: string;
  readonly store: Reader;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** On disk, compressed, of each account: one that calls without end pushes out its own history, nobody else's. Default 512 MiB. */
  readonly maxAccountBytes?: number;
}

const FLUSH_MS = 1_000;
const FLUSH_BYTES = 512 * 1024;
const KEPT_MS = 90 * 86_400_000;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_SCAN_BYTES = 64 * 1024 * 1024;

/** Calls of one account in one region that are not written yet. */
interface Gathering {
  readonly groupId: string;
  readonly streamId: string;
  readonly batch: LogBatch;
}

export async function openAuditTrail(deps: AuditDeps): Promise<AuditTrail> {
  const logs = await openLogStore({ folder: join(deps.dataDir, 'audit'), log: deps.log });
  return createAuditTrail(deps, logs);
}

/** Over a log store that is nobody else's. */
export function createAuditTrail({ store, clock, random, log, maxAccountBytes = 512 * 1024 * 1024 }: AuditDeps, logs: LogStoreHandle): AuditTrail {
  const records = createEventRecords();
  const eventId = createRequestIds(random);
  const gathering = new Map<string, Gathering>();
  /** Batches that have been sent, with their memory. */
  const spare: LogBatch[] = [];
  let bytes = 0;
  let timer: Timer | undefined;
  let writing: Promise<void> = Promise.resolve();

  const gather = (account: string, region: string, timestamp: number, message: string): void => {
    const key = `${account} ${region}`;
    let of = gathering.get(key);
    if (of === undefined) gathering.set(key, (of = { ...placeOf(account, region), batch: spare.pop() ?? new LogBatch() }));
    of.batch.add(timestamp, message);
    bytes += message.length;
    if (bytes >= FLUSH_BYTES) void flush();
    else timer ??= clock.after(FLUSH_MS, () => void flush());
  };

  const flush = (): Promise<void> => {
    timer?.cancel();
    timer = undefined;
    bytes = 0;
    const all = [...gathering.values()];
    gathering.clear();
    if (all.length === 0) return writing;
    writing = Promise.all([writing, ...all.map(write)]).then(() => {});
    return writing;
  };

  const write = async ({ groupId, streamId, batch }: Gathering): Promise<void> => {
    const encoded = batch.finish();
    if (spare.length < 4) spare.push(batch);
    try {
      await logs.appendBatch({ groupId, streamId, ingestionTime: clock.now() }, encoded);
    } catch (error) {
      log.error('calls could not be recorded: the audit trail has a gap', { calls: encoded.count, error: String(error) });
    }
  };

  return {
    record(done) {
      try {
        const { account } = done.call.caller;
        if (!isRecorded(done.service, done.operation) || isReport(store, done)) return;
        const owner = otherOwner(done);
        if (account === '' && owner === undefined) return;
        const { now, region } = done.call;
        const message = records.render(done, eventId());
        if (account !== '') gather(account, region, now, message);
        if (owner !== undefined) gather(owner, region, now, message.replace(`"recipientAccountId":"${account}"`, `"recipientAccountId":"${owner}"`));
      } catch (error) {
        log.error('a call could not be recorded', { service: done.service.name, operation: done.operation, error: String(error) });
      }
    },
    recordAssumption: (of) => gather(of.account, of.region, of.now, renderAssumption(of, eventId())),
    async read({ account, region, contains, ...query }) {
      await flush();
      const { groupId, streamId } = placeOf(account, region);
      return logs.read({ ...query, groupId, streamIds: [streamId], descending: true, maxBytes: MAX_PAGE_BYTES, maxScanBytes: MAX_SCAN_BYTES, ...(contains !== undefined && { contains }) });
    },
    trim: () => logs.trim(clock.now() - KEPT_MS, maxAccountBytes),
    flush,
    async close() {
      await flush();
      await logs.close();
    },
  };
}

/** Ids of the log store have 16 hexadecimal digits. */
function placeOf(account: string, region: string): { groupId: string; streamId: string } {
  return { groupId: account.padStart(16, '0'), streamId: createHash('sha256').update(region).digest('hex').slice(0, 16) };
}

/** Agents report what containers do, all the time. */
function isReport(store: Reader, { call, operation }: Done): boolean {
  const { session, accessKeyId } = call.caller;
  return session === undefined && store.get(accessKeys, accessKeyId)?.kind === 'agent' && !RECORDED_OF_AGENTS.has(operation);
}

/** Another account whose role was taken: it has the call in its history, too. */
function otherOwner({ service, operation, input, error, call }: Done): string | undefined {
  if (service.name !== 'sts' || error !== undefined || !operation.startsWith('AssumeRole')) return undefined;
  const owner = String((input as { RoleArn?: unknown }).RoleArn ?? '').split(':')[4] ?? '';
  return /^\d{12}$/.test(owner) && owner !== call.caller.account ? owner : undefined;
}
