// How both processes end: in order on the first SIGTERM or SIGINT, at once on the second, and never half-alive after a bug.
import type { Logger } from '#base/logger.ts';

const GRACE_MS = 10_000;

/** Calls `close` on the first signal; the process ends when it has, or ten seconds later. */
export function endOnSignal(log: Logger, close: () => Promise<void>): void {
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(1);
    ending = true;
    log.info('ending', { signal });
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('could not close', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // What nobody caught leaves state nobody knows: everything that starts can be killed and started again, so do that.
  const crash = (error: unknown): void => {
    log.error('crash', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(70);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}
