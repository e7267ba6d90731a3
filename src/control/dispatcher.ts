// Every connected host's link: opens one per ACS connection, and tells it which of its tasks changed.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { PayloadOptions } from '#core/payload/render-payload.ts';
import type { AcsTimes } from '#link/acs-server.ts';
import type { Channel } from '#link/channel.ts';
import type { LongshoreExecMessage } from '#link/messages.ts';
import type { AgentUpgrade } from '#link/upgrade.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { joinedHosts } from '#model/joined-host.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import type { Store } from '#store/store.ts';
import { openHostLink } from './host-link.ts';
import type { HostLink } from './host-link.ts';
import type { HostPresence } from './host-presence.ts';
import type { Networks } from './network/networks.ts';
import type { IssueCredentials } from './task-credentials.ts';

export interface DispatcherOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly payload: PayloadOptions;
  readonly issueCredentials?: IssueCredentials;
  readonly presence: HostPresence;
  readonly networks: Networks;
  readonly times?: Partial<AcsTimes>;
}

export interface Dispatcher {
  /** Takes an admitted host's connection over; an older one of the same host ends. */
  accept(channel: Channel, host: ContainerInstance, upgrade: AgentUpgrade): void;
  /** Asks a host's agent to open a session of ECS Exec; false when it is not connected. */
  exec(hostArn: string, message: Omit<LongshoreExecMessage, 'messageId'>): boolean;
  readonly connectedHosts: number;
  /** True for a process of a host after another process of the same host has connected and spoken: one data folder has one agent at a time, and a life that is over does not come back. */
  isSuperseded(hostArn: string, processId: string | undefined): boolean;
  close(): void;
}

export function openDispatcher({ store, clock, random, log, payload, issueCredentials, presence, networks, times }: DispatcherOptions): Dispatcher {
  const links = new Map<string, HostLink>();
  const lives = new Map<string, { current: string; readonly past: Set<string> }>();

  const notice = (hostArn: string, processId: string | undefined): void => {
    if (processId === undefined) return;
    const known = lives.get(hostArn);
    if (known === undefined) lives.set(hostArn, { current: processId, past: new Set() });
    else if (known.current !== processId) {
      known.past.add(known.current);
      known.current = processId;
    }
  };

  const touch = (task: Task | undefined): void => {
    if (task?.hostArn !== undefined) links.get(task.hostArn)?.touch(task.arn);
  };

  const unwatch = store.watch(({ changes }) => {
    for (const { table, key, after } of changes) {
      if (table.name === tasks.name) touch(after as Task | undefined);
      else if (table.name === joinedHosts.name && after === undefined) endLinksOf(key);
      else if (table.name === containerInstances.name && (after as ContainerInstance | undefined)?.status !== 'ACTIVE') endIfGone(key);
    }
  });

  /** Not at once: closing a link changes its host's row, and a watcher must not. */
  const endIfGone = (hostArn: string): void => {
    if (!links.has(hostArn)) return;
    queueMicrotask(() => {
      const status = store.get(containerInstances, hostArn)?.status;
      if (status === undefined || status === 'INACTIVE') links.get(hostArn)?.close(1000, 'InactiveInstanceException: the container instance is deregistered');
    });
  };

  /** Its key and certificate are worth nothing any more. */
  const endLinksOf = (hostId: string): void => {
    for (const [hostArn, link] of links) {
      if (store.get(containerInstances, hostArn)?.registeredBy.endsWith(`/longshore-host-${hostId}`) === true) queueMicrotask(() => link.close(1008, 'this host is not known here any more'));
    }
  };

  return {
    get connectedHosts() {
      return links.size;
    },
    isSuperseded: (hostArn, processId) => processId !== undefined && lives.get(hostArn)?.past.has(processId) === true,
    accept(channel, host, upgrade) {
      const { arn: hostArn } = host;
      links.get(hostArn)?.close(1000, 'another connection took over');
      const { agentVersion, agentHash, dockerVersion } = upgrade;
      presence.connected(hostArn, { agentVersion, agentHash, dockerVersion });
      log.info('agent connected', { host: hostArn, agentVersion });
      const link = openHostLink({
        channel,
        hostArn,
        clusterArn: host.clusterArn,
        seenSeqNum: upgrade.seqNum,
        store,
        clock,
        random,
        log,
        payload,
        networks,
        ...(issueCredentials !== undefined && { issueCredentials }),
        ...(times !== undefined && { times }),
        // Not before: what arrives may have been on its way when its process was killed.
        onHeard: () => notice(hostArn, upgrade.processId),
        onClosed() {
          if (links.get(hostArn) !== link) return;
          links.delete(hostArn);
          presence.disconnected(hostArn);
        },
      });
      links.set(hostArn, link);
    },
    exec(hostArn, message) {
      const link = links.get(hostArn);
      link?.exec(message);
      return link !== undefined;
    },
    close() {
      unwatch();
      presence.close();
      const open = [...links.values()];
      links.clear();
      for (const link of open) link.close(1001, 'control plane is going away');
    },
  };
}
