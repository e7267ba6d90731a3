// The control plane as a process that can be killed: the real store on a memory disk, the real ECS handlers, the real
// control loops. What was not durable when it dies is gone.
import type { Clock } from '#base/clock.ts';
import { silentLogger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { uuid } from '#base/ids.ts';
import { leash } from '#agent/leash.ts';
import type { EcsDeps } from '#api/ecs/context.ts';
import { createEcsService } from '#api/ecs/service.ts';
import { ensureDefaultVpc } from '#api/default-vpc.ts';
import { openControl } from '#control/control.ts';
import type { Control } from '#control/control.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import type { MemoryDisk } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Commit, Store } from '#store/store.ts';
import type { AwsCall } from '#wire/call.ts';
import type { Mutant } from './mutants.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface ControlProcess {
  readonly store: Store;
  readonly control: Control;
  /** As placement sees it. */
  readonly capacity: CapacityIndex;
  /** Runs one operation and answers once what it saw and did is durable. Throws AwsError. */
  serve(operation: string, input: Record<string, unknown>, principalArn: string): Promise<unknown>;
  readonly alive: boolean;
  /** kill -9. */
  kill(): void;
}

export interface ControlProcessOptions {
  readonly disk: MemoryDisk;
  readonly journalDelayMs: number;
  readonly hostLossMs: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly mutant: Mutant | undefined;
  readonly onCommit: (commit: Commit) => void;
}

export async function startControl(options: ControlProcessOptions): Promise<ControlProcess> {
  const { random, mutant } = options;
  const life = leash();
  const clock = life.clock(options.clock);
  const journal = memoryJournal(options.disk, { clock: options.clock, delayMs: options.journalDelayMs });
  const store = await openStore({ journal, tables: TABLES, log: silentLogger });
  if (mutant?.store !== undefined) mutant.store(store);
  const capacity = CapacityIndex.of(store);
  if (mutant?.staleCapacity !== true) store.watch((commit) => capacity.apply(commit.changes));
  store.watch(options.onCommit);
  store.transact((tx) => ensureDefaultVpc(tx, ACCOUNT, REGION, random));
  const control = openControl({
    store: mutant?.controlStore?.(store) ?? store,
    clock,
    random,
    log: silentLogger,
    capacity,
    presenceGraceMs: 1_000,
    ...(options.hostLossMs !== undefined && { hostLossMs: options.hostLossMs }),
  });
  let die = (): void => {};
  const died = new Promise<void>((resolve) => (die = resolve));
  const deps: EcsDeps = { store, clock, random, log: silentLogger, capacity, agentEndpoint: () => ({ endpoint: 'sim://acs', telemetryEndpoint: 'sim://tcs' }) };
  const service = createEcsService(deps);

  const callOf = (operation: string, principalArn: string): AwsCall => ({
    caller: { account: ACCOUNT, arn: principalArn, userId: 'SIM', accessKeyId: 'SIM' },
    region: REGION,
    service: 'ecs',
    operation,
    requestId: uuid(random),
    now: clock.now(),
    sourceIp: '127.0.0.1',
    userAgent: 'sim',
    baseUrl: 'sim://control',
    signal: new AbortController().signal,
  });

  return {
    store,
    control,
    capacity,
    async serve(operation, input, principalArn) {
      if (life.cut) throw new Error('ECONNREFUSED');
      const handler = service.operations[operation]?.handler;
      if (handler === undefined) throw new Error(`no operation ${operation}`);
      const answer: unknown = handler(parsed(input), service.context(callOf(operation, principalArn)));
      if (mutant?.answerEarly !== true) await Promise.race([store.durable(), died]);
      if (life.cut) throw new Error('connection reset');
      return answer;
    },
    get alive() {
      return !life.cut;
    },
    kill() {
      life.release();
      journal.crash();
      die();
    },
  };
}

/** What the schemas make of a request's timestamps. */
function parsed(input: Record<string, unknown>): Record<string, unknown> {
  const dates = Object.entries(input).flatMap(([name, value]) =>
    /(StartedAt|StoppedAt)$/.test(name) && typeof value === 'number' ? [[name, new Date(value * 1000)] as const] : [],
  );
  return { ...input, ...Object.fromEntries(dates) };
}
