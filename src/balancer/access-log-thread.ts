// A thread that makes access logs, so that the control plane's event loop does not.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openAccessLogFiles } from './access-log-files.ts';
import type { AccessLogMessage, AccessLogSetting } from './access-log.ts';

const NICENESS = 10;

const { folder, everyMs } = workerData as AccessLogSetting;
// Names outlive their rows: records of them may still come.
const [groups, certificates] = [new Map<string, string>(), new Map<string, string>()];

setPriority(NICENESS);
const files = openAccessLogFiles(folder);
const timer = setInterval(() => files.pass({ groups, certificates }), everyMs);

parentPort!.on('message', (message: AccessLogMessage) => {
  for (const [name, arn] of message.groups) groups.set(name, arn);
  for (const [name, arn] of message.certificates) certificates.set(name, arn);
  if (!message.isLast) return;
  clearInterval(timer);
  files.pass({ groups, certificates });
  parentPort!.close();
});
