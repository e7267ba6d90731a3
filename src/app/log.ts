// The real logger: pino, one JSON line per event, to standard error.
import { pino } from 'pino';
import type { Logger } from '#base/logger.ts';

/** @param level pino's: `debug`, `info`, `warn`, `error`, `silent` */
export function openLog(level: string, name: string): Logger {
  return adapt(pino({ level, name, base: { name } }, pino.destination({ dest: 2, sync: true })));
}

type Pino = ReturnType<typeof pino>;

function adapt(log: Pino): Logger {
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
    with: (fields) => adapt(log.child(fields)),
  };
}
