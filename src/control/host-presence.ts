// Whether a host's agent is connected, as its container instance row says it. A short absence is not written: agents
// reconnect all the time (renewals, restarts of either side), and placement must not stumble over each.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Store } from '#store/store.ts';

export interface HostPresence {
  connected(hostArn: string, version: ContainerInstance['versionInfo']): void;
  disconnected(hostArn: string): void;
  close(): void;
}

export interface HostPresenceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** An agent may be away for so long before the row says so. */
  readonly graceMs: number;
  /** The same after a start of the control plane, when all hosts have to come back. */
  readonly startGraceMs: number;
}

export function openHostPresence({ store, clock, log, graceMs, startGraceMs }: HostPresenceOptions): HostPresence {
  const leaving = new Map<string, Timer>();

  const change = (hostArn: string, next: (host: ContainerInstance) => ContainerInstance): void => {
    store.transact((tx) => {
      const host = tx.get(containerInstances, hostArn);
      if (host === undefined) return;
      const changed = next(host);
      if (changed !== host) tx.put(containerInstances, changed);
    });
  };

  const leave = (hostArn: string, afterMs: number): void => {
    leaving.get(hostArn)?.cancel();
    const since = clock.now();
    leaving.set(
      hostArn,
      clock.after(afterMs, () => {
        leaving.delete(hostArn);
        log.warn('host is away', { host: hostArn });
        change(hostArn, (host) =>
          host.agentConnected ? { ...host, agentConnected: false, agentDisconnectedAt: since, version: host.version + 1 } : host,
        );
      }),
    );
  };

  for (const host of store.all(containerInstances)) if (host.agentConnected) leave(host.arn, startGraceMs);

  return {
    connected(hostArn, versionInfo) {
      leaving.get(hostArn)?.cancel();
      leaving.delete(hostArn);
      change(hostArn, (host) => {
        const known = { ...host.versionInfo, ...versionInfo };
        const same = host.agentConnected && JSON.stringify(known) === JSON.stringify(host.versionInfo);
        if (same) return host;
        const { agentDisconnectedAt: _, lostAt: __, ...present } = host;
        const agentConnectedAt = host.agentConnected ? host.agentConnectedAt : clock.now();
        return { ...present, agentConnected: true, ...(agentConnectedAt !== undefined && { agentConnectedAt }), versionInfo: known, version: host.version + 1 };
      });
    },
    disconnected: (hostArn) => leave(hostArn, graceMs),
    close() {
      for (const timer of leaving.values()) timer.cancel();
      leaving.clear();
    },
  };
}
