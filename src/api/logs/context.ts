// What CloudWatch Logs handlers get beside their input: the shared context, and the store of the events.
import type { AwsCall } from '#wire/call.ts';
import { type ApiContext, type ApiDeps, apiContext } from '../context.ts';
import type { LogStore } from './log-store.ts';

export interface LogsDeps extends ApiDeps {
  readonly logs: LogStore;
}

export interface LogsContext extends ApiContext {
  readonly logs: LogStore;
}

/** The context of one call. */
export function logsContext(deps: LogsDeps, call: AwsCall): LogsContext {
  return { ...apiContext(deps, call), logs: deps.logs };
}
