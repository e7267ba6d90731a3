// What CloudTrail's handlers get beside their input: the history of calls, which somebody else keeps.
import type { Boundary, LogPage } from '#core/telemetry/log-event.ts';
import type { AwsCall } from '#wire/call.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';

export interface HistoryQuery {
  readonly account: string;
  readonly region: string;
  /** Inclusive. */
  readonly from: Boundary;
  /** Exclusive. */
  readonly to: Boundary;
  /** Only events whose JSON contains this text. */
  readonly contains?: string;
  readonly limit: number;
}

/** Every recorded call. What has been answered before a read is in it. */
export interface EventHistory {
  /** Newest first; messages are event records in JSON. */
  read(query: HistoryQuery): Promise<LogPage>;
}

export interface CloudTrailDeps extends ApiDeps {
  readonly history: EventHistory;
}

export interface CloudTrailContext extends ApiContext {
  readonly history: EventHistory;
}

export function cloudTrailContext(deps: CloudTrailDeps, call: AwsCall): CloudTrailContext {
  return { ...apiContext(deps, call), history: deps.history };
}
