// Accounts' own rows: access keys, ECS account settings, and remembered client tokens.
import { table } from './table.ts';

/** A key that may sign. Its secret must be readable, because a signature is an HMAC: in memory it is, in the journal it is sealed. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly account: string;
  /** `arn:aws:iam::<account>:root`, a user, or an agent. */
  readonly principalArn: string;
  readonly userId: string;
  /** `agent`: a host's key; it may act in the account of the tasks it runs (logs, image pulls, state changes). */
  readonly kind: 'root' | 'user' | 'agent';
  /** Of a host that joined over a network: good only together with that host's certificate, and only in its account. */
  readonly hostId?: string;
  /** An inactive key is as good as unknown. Absent: active. */
  readonly inactive?: boolean;
  readonly createdAt: number;
}
export const accessKeys = table<AccessKey>('access_keys', (k) => k.accessKeyId, { account: (k) => k.account, principal: (k) => k.principalArn });

/** `principalArn` of an account's own default. */
export const DEFAULT_PRINCIPAL = 'default';

/** An ECS account setting: of one principal, or the account's default (principalArn `default`). */
export interface AccountSetting {
  readonly account: string;
  readonly region: string;
  readonly principalArn: string;
  readonly name: string;
  readonly value: string;
}
export const accountSettings = table<AccountSetting>(
  'account_settings',
  (s) => `${s.account}/${s.region}/${s.principalArn}/${s.name}`,
  { scope: (s) => `${s.account}/${s.region}` },
);

/** A remembered clientToken: the same request again gives the same answer instead of a second change. */
export interface ClientToken {
  /** `<account>/<region>/<operation>/<scope, e.g. cluster ARN>/<token>` */
  readonly id: string;
  /** Hash of the request's parameters: another request under the same token is a ConflictException. */
  readonly requestHash: string;
  /** ARNs of what was made. */
  readonly resourceArns: readonly string[];
  readonly createdAt: number;
}
export const clientTokens = table<ClientToken>('client_tokens', (t) => t.id, {
  /** All of them, oldest first, for the reaper (24 hours). */
  all: () => 'all',
});
