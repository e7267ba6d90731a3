// KMS keys and their aliases. Key material is in the row only sealed, under the master key that is kept outside the journal.
import { arn } from './arn.ts';
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export type KmsKeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

export interface KmsKey {
  /** `arn:aws:kms:<region>:<account>:key/<uuid>` */
  readonly arn: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** `AWS`: made by the platform on first use, as AWS does for its services. */
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly description: string;
  readonly state: KmsKeyState;
  /** Epoch milliseconds, as all times here. */
  readonly createdAt: number;
  /** Set while PendingDeletion. */
  readonly deletionAt?: number;
  /** The key policy as given. */
  readonly policy: string;
  readonly tags: readonly Tag[];
  /** Days between automatic rotations; absent: rotation is off. */
  readonly rotationPeriodDays?: number;
  readonly rotationEnabledAt?: number;
  /** The key itself, sealed; opaque here. */
  readonly sealed: string;
}

export interface KmsAlias {
  /** `arn:aws:kms:<region>:<account>:alias/<name>` */
  readonly arn: string;
  /** With `alias/`. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly targetKeyArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const kmsKeys = table<KmsKey>('kms_keys', (key) => key.arn, {
  scope: (key) => `${key.account}/${key.region}`,
  /** For the one who removes them when their time has come. */
  pendingDeletion: (key) => (key.state === 'PendingDeletion' ? 'all' : undefined),
});

export const kmsAliases = table<KmsAlias>('kms_aliases', (alias) => alias.arn, {
  scope: (alias) => `${alias.account}/${alias.region}`,
  target: (alias) => alias.targetKeyArn,
});

/** `master`: proof that a master key is the one this journal was written with; `scrubbed`: nothing of before there was sealing is left in it. */
export interface VaultCheck {
  readonly id: 'master' | 'scrubbed';
  readonly check: string;
}
export const vaultChecks = table<VaultCheck>('vault_checks', (row) => row.id);

export function kmsKeyArn(scope: { readonly account: string; readonly region: string }, id: string): string {
  return arn('kms', scope.region, scope.account, `key/${id}`);
}

export function kmsAliasArn(scope: { readonly account: string; readonly region: string }, name: string): string {
  return arn('kms', scope.region, scope.account, name);
}
