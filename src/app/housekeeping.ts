// Chores that nothing asks for: the garbage of registry and objects, logs past their retention and calls past their 90 days, once an hour.
import { namedFiles } from '#api/s3/named-files.ts';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { ObjectFiles } from '#objects/object-files.ts';
import type { Registry } from '#registry/registry.ts';
import type { Store } from '#store/store.ts';
import { startLogRetention } from '#telemetry/log-retention.ts';
import type { LogStoreHandle } from '#telemetry/log-store.ts';

const HOUR_MS = 3_600_000;

/** Runs until stopped; a chore that fails is logged and tried again next time. */
export function startHousekeeping(parts: { store: Store; registry: Registry; objects: ObjectFiles; logs: LogStoreHandle; audit: { trim(): Promise<void> }; clock: Clock; log: Logger }): { stop(): void } {
  let timer: Timer | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    try {
      const report = await parts.registry.collectGarbage();
      parts.log.info('registry garbage collected', { ...report });
    } catch (error) {
      parts.log.error('registry garbage collection failed', { error: String(error) });
    }
    try {
      const named = await namedFiles(parts.store);
      const removed = await parts.objects.sweep((file) => named.has(file), HOUR_MS);
      if (removed > 0) parts.log.info('files of no object removed', { removed });
    } catch (error) {
      parts.log.error('sweep of object files failed', { error: String(error) });
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
