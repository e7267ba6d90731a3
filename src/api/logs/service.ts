// Amazon CloudWatch Logs as the wire sees it.
import type { Service } from '#wire/service.ts';
import { dataRates } from '../data-rates.ts';
import { ACCESS } from './access.ts';
import { type LogsContext, type LogsDeps, logsContext } from './context.ts';
import { constraintError, violation } from './constraints.ts';
import { OPERATIONS } from './operations.ts';

/** The logs service: all operations of the model, over the state in `deps.store` and the events in `deps.logs`. */
export function createLogsService(deps: LogsDeps): Service<LogsContext> {
  return {
    name: 'logs',
    signingNames: ['logs'],
    targetPrefix: 'Logs_20140328',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    rateClass: dataRates(['PutLogEvents', 'GetLogEvents', 'FilterLogEvents']),
    access: ACCESS,
    onMissing: (missing) => constraintError(missing.map((path) => violation(null, path, 'Member must not be null'))),
    context: (call) => logsContext(deps, call),
  };
}
