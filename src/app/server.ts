// The `server` process: opens the control plane, says where it listens, and closes it when asked to end.
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { openControlPlane } from './control-plane.ts';
import { endOnSignal } from './end-on-signal.ts';
import { openLog } from './log.ts';
import { parseServerOptions } from './options.ts';

/** Runs until a signal ends the process. */
export async function runServer(args: readonly string[]): Promise<void> {
  const options = parseServerOptions(args);
  const log = openLog(options.logLevel, 'server');
  if (options.auth === 'relaxed') {
    log.warn('RELAXED AUTHENTICATION: any access key and any signature is accepted. For development only.');
  }
  const plane = await openControlPlane(options, { clock: systemClock, random: systemRandom, log });
  endOnSignal(log, () => plane.close());
  log.info('listening', { url: plane.url, dataDir: options.dataDir, auth: options.auth });
  if (plane.tls !== undefined) log.info('listening for other machines (TLS)', { ...plane.tls });
}
