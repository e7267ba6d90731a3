// The networks of all hosts: feeds of what VPCs consist of, a sender for every connected agent that understands it, and the settling of
// identifiers and addresses that follows from who holds a VPC.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { attributeValue } from '#core/placement/host-capacity.ts';
import type { NetworkStateMessage } from '#link/messages.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { Store } from '#store/store.ts';
import { settleVpc } from './host-addresses.ts';
import { openNetworkSender, type NetworkSender } from './network-sender.ts';
import { ADDRESS_ATTRIBUTE, openVpcFeeds } from './vpc-feeds.ts';

/** An agent with it understands NetworkStateMessage. */
const CAPABILITY = 'longshore.capability.vpc';

export interface NetworksOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly isOwnAddress: (address: string) => boolean;
  readonly resendMs: number;
}

export interface Networks {
  /** For a host that has connected; undefined when its agent would not understand. */
  open(hostArn: string, send: (message: NetworkStateMessage) => void): NetworkSender | undefined;
  close(): void;
}

export function openNetworks({ store, clock, random, log, isOwnAddress, resendMs }: NetworksOptions): Networks {
  /** By the underlay address of their hosts. */
  const senders = new Map<string, Set<NetworkSender>>();
  const unsettled = new Set<string>();
  let closed = false;
  let scheduled = false;

  const settle = (): void => {
    scheduled = false;
    for (const vpcId of unsettled) {
      unsettled.delete(vpcId);
      if (closed) return;
      try {
        settleVpc(store, vpcId, feeds.holdersOf(vpcId), random, clock);
      } catch (error) {
        log.error('network of a VPC not settled', { vpcId, error: String(error) });
      }
    }
  };
  const onChange = (vpcId: string, hosts: ReadonlySet<string>): void => {
    unsettled.add(vpcId);
    if (!scheduled) queueMicrotask(settle);
    scheduled = true;
    for (const host of hosts) for (const sender of senders.get(host) ?? []) sender.touch();
  };
  const feeds = openVpcFeeds({ store, isOwnAddress, onChange });
  for (const vpcId of feeds.vpcIds) onChange(vpcId, new Set());

  return {
    open(hostArn, send) {
      const row = store.get(containerInstances, hostArn);
      // An agent that moves registers again and connects anew: the address does not change while it is connected.
      const host = row && attributeValue(row, ADDRESS_ATTRIBUTE);
      if (row === undefined || host === undefined || attributeValue(row, CAPABILITY) === undefined) return undefined;
      const sender = openNetworkSender({ feeds, host, durable: () => store.durable(store.revision), send, clock, random, resendMs });
      const beside = senders.get(host) ?? new Set();
      senders.set(host, beside.add(sender));
      return {
        ...sender,
        close() {
          beside.delete(sender);
          if (beside.size === 0 && senders.get(host) === beside) senders.delete(host);
          sender.close();
        },
      };
    },
    close() {
      closed = true;
      feeds.close();
      for (const beside of senders.values()) for (const sender of beside) sender.close();
      senders.clear();
    },
  };
}
