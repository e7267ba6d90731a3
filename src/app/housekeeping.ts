// Chores that nothing asks for: the registry's garbage, logs past their retention and calls past their 90 days, once an hour.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Registry } from '#registry/registry.ts';
import type { Store } from '#store/store.ts';
import { startLogRetention } from '#telemetry/log-retention.ts';
import type { LogStoreHandle } from '#telemetry/log-store.ts';

const HOUR_MS = 3_600_000;

/** Runs until stopped; a chore that fails is logged and tried again next time. */
export function startHousekeeping(parts: { store: Store; registry: Registry; logs: LogStoreHandle; audit: { trim(): Promise<void> }; clock: Clock; log: Logger }): { stop(): void } {
  let timer: Timer | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    try {
      const report = await parts.registry.collectGarbage();
      parts.log.info('registry garbage collected', { ...report });
    } catch (error) {
      parts.log.error('registry garbage collection failed', { error: String(error) });
    }
    await parts.audit.trim().catch((error: unknown) => parts.log.error('the audit trail could not be trimmed', { error: String(error) }));
    if (!stopped) timer = parts.clock.after(HOUR_MS, () => void run());
  };
  timer = parts.clock.after(HOUR_MS, () => void run());
  const stopRetention = startLogRetention(parts);
  return {
    stop() {
      stopped = true;
      stopRetention();
      timer?.cancel();
    },
  };
}
