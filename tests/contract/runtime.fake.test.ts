// The fake runtime keeps the runtime's contract.
import { seededRandom } from '#base/random.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import type { ImageScript } from '#tests/support/fake-runtime.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { runtimeSuite } from './runtime-suite.ts';

const SCRIPTS: Record<string, ImageScript> = {
  'exits 3': { exitAfterMs: 20, exitCode: 3 },
  'ignores the stop signal': { stopMs: Infinity },
  'prints two lines': { logs: ['one', 'two'], exitAfterMs: 5 },
  'cannot start': { startFails: 'exec: "nothing": executable file not found' },
  missing: { pullFails: 'pull access denied' },
};

runtimeSuite('fake runtime', () => {
  const clock = virtualClock();
  const runtime = fakeRuntime({ clock, random: seededRandom(1), script: (image) => SCRIPTS[image] });
  return Promise.resolve({
    runtime,
    as: (behaviour) => ({ image: behaviour, config: behaviour === 'turns healthy' ? { Healthcheck: { Test: ['CMD', 'true'] } } : {} }),
    missingImage: 'missing',
    commands: { echoes: ['cat'], complains: ['complain', 'word', '4'], waits: ['sleep'] },
    async until(what, fact) {
      for (let round = 0; round < 1000; round++) {
        const seen = fact();
        const now = seen instanceof Promise ? await turning(seen) : seen;
        if (now) return now as never;
        await clock.advance(1);
      }
      throw new Error(`waited in vain for ${what}`);
    },
    settle: (promise) => turning(promise),
    close: () => Promise.resolve(),
  });

  async function turning<T>(promise: Promise<T>): Promise<T> {
    let over = false;
    void promise.then(() => (over = true), () => (over = true));
    await clock.settle();
    while (!over) {
      const next = clock.nextAt();
      await clock.advance(next === undefined ? 1 : next - clock.now());
    }
    return promise;
  }
});
