// A thread that makes access logs, so that the control plane's event loop does not: a small piece at a time, and pauses in between as
// long as core/balancer/log-pace.ts says. Its priority alone would not do: Linux shares processors out among sessions first, and
// HAProxy is in another one.
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { idleMs, pauseMs } from '#core/balancer/log-pace.ts';
import { CHUNK_BYTES, openAccessLogFiles } from './access-log-files.ts';
import type { AccessLogMessage, AccessLogSetting } from './access-log.ts';

const NICENESS = 10;
/** Idle time is counted in hundredths of a second: over less than this it says little. */
const WINDOW_MS = 100;

const { folder } = workerData as AccessLogSetting;
// Names outlive their rows: records of them may still come.
const [groups, certificates] = [new Map<string, string>(), new Map<string, string>()];

setPriority(NICENESS);
const files = openAccessLogFiles(folder);
const idle = idleMeter();
let timer = setTimeout(work, 0);

function work(): void {
  const begun = performance.now();
  const waitingBytes = files.pass({ groups, certificates }, CHUNK_BYTES);
  timer = setTimeout(work, pauseMs({ waitingBytes, workedMs: performance.now() - begun, idle: idle() }));
}

/** How many processors were idle lately. Where nobody knows, one. */
function idleMeter(): () => number {
  const read = (): number | undefined => idleMs(readFileSync('/proc/stat', 'latin1'));
  let [at, before, known] = [performance.now(), read(), 0];
  return () => {
    const now = performance.now();
    if (now - at < WINDOW_MS) return known;
    const total = read();
    known = total === undefined || before === undefined ? 1 : (total - before) / (now - at);
    [at, before] = [now, total];
    return known;
  };
}

parentPort!.on('message', (message: AccessLogMessage) => {
  for (const [name, arn] of message.groups) groups.set(name, arn);
  for (const [name, arn] of message.certificates) certificates.set(name, arn);
  if (!message.isLast) return;
  clearTimeout(timer);
  files.pass({ groups, certificates });
  parentPort!.close();
});
