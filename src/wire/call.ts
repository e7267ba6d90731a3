// One verified request, as the services see it.
import type { Payload } from './payload.ts';

export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  /** ARN of the user, root or role session: what sts:GetCallerIdentity reports. */
  readonly arn: string;
  /** UserId as sts:GetCallerIdentity reports it. */
  readonly userId: string;
  readonly accessKeyId: string;
  /** Of temporary keys: what they were issued with. */
  readonly session?: CallerSession;
}

/** What a temporary key carries. */
export interface CallerSession {
  readonly kind: 'role' | 'user' | 'root';
  /** ARN of the role (or user, or root) that the session acts for. */
  readonly issuerArn: string;
  /** Unique id of that role or user: its name may be another's by now. */
  readonly issuerId: string;
  readonly name: string;
  /** Session policy, JSON text. */
  readonly policy?: string;
  /** ARNs of managed policies that limit the session. */
  readonly policyArns: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of `tags` that a session made from this one inherits. */
  readonly transitiveTagKeys: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface AwsCall {
  readonly caller: Caller;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  /** UUID, returned to the client in the headers and error bodies. */
  readonly requestId: string;
  /** Arrival, epoch milliseconds. */
  readonly now: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Scheme and host the client used (`http://127.0.0.1:4566`): URLs we return start with it. */
  readonly baseUrl: string;
  /** Of operations that take the body themselves. */
  readonly payload?: Payload | undefined;
  /** Aborted when the client hangs up: for streams. */
  readonly signal: AbortSignal;
}
