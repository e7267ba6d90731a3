// What the balancer touches of the world: a simulation has its own.
import { mkdirSync } from 'node:fs';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Target, TargetGroup } from '#model/load-balancer.ts';
import { openAccessLog, type AccessLog } from './access-log.ts';
import { configFolder, type ConfigFolder } from './config-folder.ts';
import { haproxyProcess, type HaproxyProcess } from './haproxy-process.ts';
import { takenBinds, takenVpcBinds } from './load-input.ts';
import { startProbe, type Probing } from './prober.ts';

export interface BalancerParts {
  readonly files: ConfigFolder;
  readonly haproxy: HaproxyProcess;
  readonly accessLog: AccessLog;
  /** Of these `address:port`, the ones that cannot be had. */
  takenBinds(binds: readonly string[]): Promise<Set<string>>;
  takenVpcBinds(binds: readonly string[]): Promise<Set<string>>;
  /** Asks a target until it answers. */
  startProbe(target: Target, group: TargetGroup, clock: Clock, onSuccess: () => void): Probing;
}

/** @param folder absolute; HAProxy's files and socket */
export function realParts({ folder, clock, log }: { readonly folder: string; readonly clock: Clock; readonly log: Logger }): BalancerParts {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { files: configFolder(folder), haproxy: haproxyProcess(folder, clock), accessLog: openAccessLog(folder, clock, log), takenBinds, takenVpcBinds, startProbe };
}
