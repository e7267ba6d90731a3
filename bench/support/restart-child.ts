// The process that placement-million.ts restarts: opens the state as the server does, and says what that took.
import { openState } from '#app/state.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { tasks } from '#model/task.ts';

export interface RestartReport {
  readonly tookMs: number;
  /** Of both threads, collection included: on a busy machine the better figure. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Before anything was opened. */
  readonly emptyRssBytes: number;
  readonly tasks: number;
}

const collect = (globalThis as { gc?: () => void }).gc;
collect?.();
const empty = process.memoryUsage();
const before = performance.now();
const cpuBefore = process.cpuUsage();
const { store, capacity } = await openState({ dataDir: process.argv[2]! }, { clock: systemClock, random: systemRandom, log: silentLogger });
const tookMs = performance.now() - before;
const { user, system } = process.cpuUsage(cpuBefore);
for (let i = 0; i < 3; i++) {
  collect?.();
  await new Promise((resolve) => setTimeout(resolve, 200));
}
const { rss, heapUsed } = process.memoryUsage();
const report: RestartReport = { tookMs, cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed - empty.heapUsed, emptyRssBytes: empty.rss, tasks: store.size(tasks) };
// The index is part of what is measured.
if (capacity.remaining('none') !== undefined) throw new Error('impossible');
process.send?.(report, undefined, undefined, () => process.exit(0));
