// Secrets of Secrets Manager and their versions. Values are in rows only encrypted.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export interface RotationRules {
  readonly automaticallyAfterDays?: number;
  readonly duration?: string;
  readonly scheduleExpression?: string;
}

/** A rotation under way. The token is also the id of the version that is being made. */
export interface RotationRun {
  readonly token: string;
  readonly step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly attempts: number;
  /** Not before: after a failure the step is tried again. */
  readonly notBefore: number;
}

export interface Secret {
  /** `arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly description?: string;
  /** As given; absent: the account's `aws/secretsmanager` key. */
  readonly kmsKeyId?: string;
  readonly tags: readonly Tag[];
  readonly policy?: string;
  /** Epoch milliseconds, as all times here. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** Start of the day (UTC) of the last read: AWS is no more exact. */
  readonly accessedAt?: number;
  /** Set while it waits for its end. */
  readonly deletedAt?: number;
  readonly deletionAt?: number;
  readonly rotation?: {
    readonly enabled: boolean;
    /** URL of the endpoint that rotates, where AWS has a Lambda function's ARN. */
    readonly endpoint: string;
    readonly rules: RotationRules;
    readonly lastRotatedAt?: number;
    readonly nextAt?: number;
    readonly run?: RotationRun;
  };
}

export interface SecretVersion {
  readonly secretArn: string;
  readonly versionId: string;
  readonly stages: readonly string[];
  /** Ciphertext (base64) of a text or of bytes; absent: a version without a value yet. */
  readonly value?: { readonly kind: 'string' | 'binary'; readonly sealed: string };
  /** Hash of the value under a key of the vault: tells an idempotent repetition from another request. */
  readonly fingerprint?: string;
  /** ARN of the key it is encrypted under. */
  readonly kmsKeyArn: string;
  readonly createdAt: number;
  readonly accessedAt?: number;
}

const scope = (row: { account: string; region: string }): string => `${row.account}/${row.region}`;

export const secrets = table<Secret>('secrets', (s) => s.arn, {
  scope,
  /** `<account>/<region>/<name>`: at most one. */
  name: (s) => `${scope(s)}/${s.name}`,
  /** Those that the clock changes: waiting for deletion, or with a rotation. */
  timed: (s) => (s.deletionAt !== undefined || s.rotation?.nextAt !== undefined || s.rotation?.run !== undefined ? 'all' : undefined),
});

export const secretVersions = table<SecretVersion>('secret_versions', (v) => `${v.secretArn}/${v.versionId}`, {
  secret: (v) => v.secretArn,
});
