// Chores that nothing asks for: the registry's garbage, once an hour.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Registry } from '#registry/registry.ts';

const HOUR_MS = 3_600_000;

/** Runs until stopped; a chore that fails is logged and tried again next time. */
export function startHousekeeping(parts: { registry: Registry; clock: Clock; log: Logger }): { stop(): void } {
  let timer: Timer | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    try {
      const report = await parts.registry.collectGarbage();
      parts.log.info('registry garbage collected', { ...report });
    } catch (error) {
      parts.log.error('registry garbage collection failed', { error: String(error) });
    }
    if (!stopped) timer = parts.clock.after(HOUR_MS, () => void run());
  };
  timer = parts.clock.after(HOUR_MS, () => void run());
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
