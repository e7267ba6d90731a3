// What the clock does to secrets and keys: rotations step by step, deletions when their window has passed. Everything is in the store,
// so a restart goes on where it was; a step that was asked for and not noted is asked for again, as AWS's is.
import { uuid } from '#base/ids.ts';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { advanceRotation, beginRotation, failRotation, nextDue, withNext } from '#core/secrets/rotation.ts';
import { kmsAliases, kmsKeys } from '#model/kms-key.ts';
import { secrets, secretVersions, type RotationRun, type Secret, type SecretVersion } from '#model/secret.ts';
import type { Reader, Store, Transaction } from '#store/store.ts';

/** What a Lambda function of AWS gets, and an endpoint here. */
export interface RotationEvent {
  readonly Step: RotationRun['step'];
  /** The secret's ARN. */
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

export interface SecretChoresOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Resolves when the endpoint says that the step is done; rejects otherwise. */
  readonly invoke: (endpoint: string, event: RotationEvent) => Promise<void>;
}

const MAX_SLEEP_MS = 3_600_000;

/** Runs until stopped. */
export function startSecretChores(options: SecretChoresOptions): { stop(): void } {
  const { store, clock, log } = options;
  const busy = new Set<string>();
  let timer: Timer | undefined;
  let stopped = false;

  const plan = (delayMs: number): void => {
    timer?.cancel();
    if (!stopped) timer = clock.after(Math.max(0, Math.min(delayMs, MAX_SLEEP_MS)), work);
  };
  const work = (): void => {
    const now = clock.now();
    for (const key of [...store.by(kmsKeys, 'pendingDeletion', 'all')]) {
      if (key.deletionAt !== undefined && key.deletionAt <= now) store.transact((tx) => eraseKey(tx, key.arn));
    }
    for (const secret of [...store.by(secrets, 'timed', 'all')]) {
      const due = nextDue(secret);
      if (due !== undefined && due <= now && !busy.has(secret.arn)) act(secret, now);
    }
    plan(untilNext(store, clock.now(), busy));
  };
  const act = (secret: Secret, now: number): void => {
    if (secret.deletionAt !== undefined) return store.transact((tx) => eraseSecret(tx, secret));
    if (secret.rotation?.run === undefined) return store.transact((tx) => begin(tx, secret, uuid(options.random), now));
    busy.add(secret.arn);
    void step(options, secret, secret.rotation.endpoint, secret.rotation.run).finally(() => {
      busy.delete(secret.arn);
      plan(0);
    });
  };
  const unwatch = store.watch(({ changes }) => {
    if (changes.some(({ table }) => table.name === secrets.name || table.name === kmsKeys.name)) plan(0);
  });
  plan(0);
  log.debug('rotations and deletions of secrets are watched');
  return {
    stop() {
      stopped = true;
      unwatch();
      timer?.cancel();
    },
  };
}

function untilNext(reader: Reader, now: number, busy: ReadonlySet<string>): number {
  const dues = [...reader.by(secrets, 'timed', 'all')].filter((secret) => !busy.has(secret.arn)).flatMap((secret) => nextDue(secret) ?? []);
  const deletions = [...reader.by(kmsKeys, 'pendingDeletion', 'all')].flatMap((key) => key.deletionAt ?? []);
  return Math.min(...dues, ...deletions, now + MAX_SLEEP_MS) - now;
}

/** A rotation by schedule. Without a version there is nothing to rotate: the next time is waited for. */
function begin(tx: Transaction, secret: Secret, token: string, now: number): void {
  const before = versionsOf(tx, secret.arn);
  const last = before.at(-1);
  if (last === undefined) return tx.put(secrets, withNext(secret, now));
  const begun = beginRotation(secret, before, token, last.kmsKeyArn, now);
  tx.put(secrets, begun.secret);
  for (const version of begun.versions) if (!before.includes(version)) tx.put(secretVersions, version);
}

async function step({ store, clock, log, invoke }: SecretChoresOptions, secret: Secret, endpoint: string, run: RotationRun): Promise<void> {
  let error: unknown;
  try {
    // The endpoint will ask for the version that the row says is pending: it must survive a crash first.
    await store.durable();
    await invoke(endpoint, { Step: run.step, SecretId: secret.arn, ClientRequestToken: run.token });
  } catch (caught) {
    error = caught;
    log.warn('a step of a rotation failed', { secret: secret.arn, step: run.step, attempts: run.attempts + 1, error: String(caught) });
  }
  store.transact((tx) => {
    const now = tx.get(secrets, secret.arn);
    // Cancelled, deleted or begun anew meanwhile: this step's outcome is nobody's.
    if (now?.rotation?.run?.token !== run.token || now.rotation.run.step !== run.step) return;
    tx.put(secrets, error === undefined ? advanceRotation(now, versionsOf(tx, secret.arn), clock.now()) : failRotation(now, clock.now()));
  });
}

function versionsOf(reader: Reader, secretArn: string): SecretVersion[] {
  return [...reader.by(secretVersions, 'secret', secretArn)];
}

function eraseSecret(tx: Transaction, secret: Secret): void {
  for (const version of versionsOf(tx, secret.arn)) tx.delete(secretVersions, `${version.secretArn}/${version.versionId}`);
  tx.delete(secrets, secret.arn);
}

function eraseKey(tx: Transaction, arn: string): void {
  for (const alias of [...tx.by(kmsAliases, 'target', arn)]) tx.delete(kmsAliases, alias.arn);
  tx.delete(kmsKeys, arn);
}
