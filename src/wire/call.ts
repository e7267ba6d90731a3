// One verified request, as the services see it.

export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  /** ARN of the user, root or role session: what sts:GetCallerIdentity reports. */
  readonly arn: string;
  /** UserId as sts:GetCallerIdentity reports it. */
  readonly userId: string;
  readonly accessKeyId: string;
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
  /** Aborted when the client hangs up: for streams. */
  readonly signal: AbortSignal;
}
