// Docker Engine keeps the runtime's contract.
import { systemClock } from '#base/system/clock.ts';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import type { EngineConfig } from '#agent/runtime.ts';
import type { Behaviour } from '#tests/contract/runtime-suite.ts';
import { runtimeSuite } from '#tests/contract/runtime-suite.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { OBEDIENT, TEST_IMAGE, ensureTestImage } from './agent-image.ts';

const CONFIGS: Record<Behaviour, EngineConfig> = {
  runs: { Cmd: OBEDIENT },
  'exits 3': { Cmd: ['sh', '-c', 'exit 3'] },
  'ignores the stop signal': { Cmd: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] },
  'turns healthy': { Cmd: OBEDIENT, Healthcheck: { Test: ['CMD', 'true'], Interval: 200_000_000, Timeout: 5_000_000_000, Retries: 1, StartPeriod: 0 } },
  'prints two lines': { Cmd: ['sh', '-c', 'echo one; echo two'] },
  'cannot start': { Cmd: ['/no/such/program'] },
};

runtimeSuite('Docker Engine', () => {
  ensureTestImage();
  const runtime = openDockerRuntime({ clock: systemClock });
  return Promise.resolve({
    runtime,
    as: (behaviour) => ({ image: TEST_IMAGE, config: CONFIGS[behaviour] }),
    commands: { echoes: ['cat'], complains: ['sh', '-c', 'echo word >&2; exit 4'], waits: ['sleep', '999'] },
    missingImage: '127.0.0.1:1/longshore/nothing:1',
    until: (what, fact) => waitFor(what, fact),
    settle: (promise) => promise,
    close: () => Promise.resolve(runtime.close()),
  });
});
