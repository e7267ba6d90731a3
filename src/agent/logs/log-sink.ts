// Where the awslogs driver sends to: CloudWatch Logs, or whatever serves its API. The agent's API client fills this in.
import type { InputLogEvent } from '#core/telemetry/log-event.ts';

export interface PutResult {
  /** How many events the service refused as too old, too new or expired; they are not sent again. */
  readonly rejected: number;
}

/** Every method rejects with an error whose `name` is the AWS error code, or any other error when the service could not be reached. */
export interface LogSink {
  createLogGroup(group: string): Promise<void>;
  createLogStream(group: string, stream: string): Promise<void>;
  /** In order of time, within CloudWatch's limits. */
  putLogEvents(group: string, stream: string, events: readonly InputLogEvent[]): Promise<PutResult>;
}

export type SinkFate =
  /** The service says it has the events. */
  | 'stored'
  /** The group or stream is not there. */
  | 'missing'
  /** The same request will never be accepted. */
  | 'refused'
  /** Not reachable, overloaded, or not allowed at the moment. */
  | 'later';

/** What to do after a failed call. */
export function fateOf(error: unknown): SinkFate {
  const name = errorName(error);
  if (name === 'DataAlreadyAcceptedException') return 'stored';
  if (name === 'ResourceNotFoundException') return 'missing';
  return name === 'InvalidParameterException' || name === 'ValidationException' || name === 'SerializationException' ? 'refused' : 'later';
}

export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
