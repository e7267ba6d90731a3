// What every host is to know of its VPCs, kept up with the rows: interfaces of tasks where their hosts are, interfaces of load
// balancers on the host the balancer runs on, groups, hosts. Rebuilt from the rows at start; changed by commits.
//
// A VPC is held by the hosts (told apart by underlay address: agents of one machine share its bridges) that have tasks in it and,
// as soon as there is anything in it, by the balancer's host.
import { hostEntryId, renderBalancerInterface, renderGroup, renderHost, renderTaskInterface } from '#core/network/network-entries.ts';
import { isUnderlay } from '#core/network/vpc-state.ts';
import { attributeValue } from '#core/placement/host-capacity.ts';
import type { NetworkEntry, VpcUpdate } from '#link/messages.ts';
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { loadBalancers, type LoadBalancer } from '#model/load-balancer.ts';
import { networkInterfaces, securityGroups, vpcOverlays, vpcs, type NetworkInterface, type SecurityGroup, type Vpc, type VpcOverlay } from '#model/network.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Change, Store } from '#store/store.ts';
import { openVpcFeed, type VpcFeed } from './vpc-feed.ts';

/** A host's underlay address, as its agent says it; loopback when it has none. */
export const ADDRESS_ATTRIBUTE = 'longshore.address';

export interface VpcFeedsOptions {
  readonly store: Store;
  /** Whether an address is one of the machine the load balancers run on. */
  readonly isOwnAddress: (address: string) => boolean;
  /** A VPC changed, or who holds it; `hosts` held it before or do now. Called within the commit: only to be noted. */
  readonly onChange: (vpcId: string, hosts: ReadonlySet<string>) => void;
}

export interface VpcFeeds {
  /** Those with something in them. */
  readonly vpcIds: Iterable<string>;
  vpcsOf(host: string): string[];
  /** Hosts that hold the VPC, in order. */
  holdersOf(vpcId: string): string[];
  /** Undefined as long as nothing is new, or nothing can be told: a VPC is told of once it has its VXLAN identifier. */
  since(vpcId: string, version: number | undefined): VpcUpdate | undefined;
  close(): void;
}

export function openVpcFeeds({ store, isOwnAddress, onChange }: VpcFeedsOptions): VpcFeeds {
  const feeds = new Map<string, VpcFeed>();
  let versions = 0;
  /** Hosts on the balancer's machine, by ARN: their addresses. */
  const ownHosts = new Map<string, string>();
  let balancerHost: string | undefined;

  const addressOf = (hostArn: string | undefined): string | undefined => {
    const host = hostArn === undefined ? undefined : store.get(containerInstances, hostArn);
    return host && attributeValue(host, ADDRESS_ATTRIBUTE);
  };

  const entryOf = (row: NetworkInterface): NetworkEntry | undefined => {
    if (row.hostAddress !== undefined) return undefined;
    if (row.taskArn !== undefined) {
      const host = addressOf(store.get(tasks, row.taskArn)?.hostArn);
      return host === undefined ? undefined : renderTaskInterface(row, host);
    }
    const isBalancer = store.count(loadBalancers, 'networkInterface', row.id) > 0;
    return isBalancer && balancerHost !== undefined ? renderBalancerInterface(row, balancerHost) : undefined;
  };

  const makeFeed = (vpcId: string): VpcFeed => {
    const feed = openVpcFeed(() => ++versions);
    feeds.set(vpcId, feed);
    for (const group of store.by(securityGroups, 'vpc', vpcId)) feed.set(group.id, renderGroup(group));
    return feed;
  };

  const holders = (feed: VpcFeed): Set<string> => {
    const held = new Set(feed.holders.keys());
    if (held.size > 0 && balancerHost !== undefined) held.add(balancerHost);
    return held;
  };

  /** Host entries follow from who holds the VPC and from the rows of hosts' own interfaces. */
  const updateHosts = (vpcId: string, feed: VpcFeed, before: ReadonlySet<string>): void => {
    const now = holders(feed);
    for (const host of before) if (!now.has(host)) feed.set(hostEntryId(host), undefined);
    const addresses = new Map([...store.by(networkInterfaces, 'hosts', vpcId)].map((row) => [row.hostAddress, row.privateIpAddress]));
    for (const host of now) feed.set(hostEntryId(host), renderHost(host, addresses.get(host)));
  };

  const change = (vpcId: string, make: boolean, run: (feed: VpcFeed) => boolean): void => {
    const feed = feeds.get(vpcId) ?? (make ? makeFeed(vpcId) : undefined);
    if (feed === undefined) return;
    const before = holders(feed);
    if (!run(feed)) return;
    updateHosts(vpcId, feed, before);
    if (feed.holders.size === 0) feeds.delete(vpcId);
    onChange(vpcId, before.union(holders(feed)));
  };

  const lookAt = (row: NetworkInterface | undefined): void => {
    if (row === undefined) return;
    const entry = entryOf(row);
    change(row.vpcId, entry !== undefined, (feed) => feed.set(row.id, entry) || row.hostAddress !== undefined);
  };

  const lookAtTask = (task: Task): void => {
    for (const { networkInterfaceId } of task.attachments) lookAt(store.get(networkInterfaces, networkInterfaceId));
  };

  const lookAtHost = (before: ContainerInstance | undefined, after: ContainerInstance | undefined): void => {
    const address = (host: ContainerInstance | undefined) => host && attributeValue(host, ADDRESS_ATTRIBUTE);
    if (address(before) === address(after) && (before?.status === 'INACTIVE') === (after?.status === 'INACTIVE')) return;
    const arn = (after ?? before)?.arn ?? '';
    if (address(before) !== address(after)) for (const task of store.by(tasks, 'host', arn)) lookAtTask(task);
    noteHost(arn, after);
    setBalancerHost(chooseBalancerHost());
  };

  const noteHost = (arn: string, host: ContainerInstance | undefined): void => {
    const address = host === undefined || host.status === 'INACTIVE' ? undefined : attributeValue(host, ADDRESS_ATTRIBUTE);
    if (address !== undefined && isOwnAddress(address)) ownHosts.set(arn, address);
    else ownHosts.delete(arn);
  };

  /** One that others can reach, when there is one. */
  const chooseBalancerHost = (): string | undefined =>
    [...ownHosts.values()].sort((a, b) => Number(!isUnderlay(a)) - Number(!isUnderlay(b)) || (a < b ? -1 : 1))[0];

  const setBalancerHost = (host: string | undefined): void => {
    if (host === balancerHost) return;
    const before = new Map([...feeds].map(([vpcId, feed]) => [vpcId, holders(feed)]));
    balancerHost = host;
    for (const balancer of store.all(loadBalancers)) lookAt(store.get(networkInterfaces, balancer.networkInterfaceId));
    for (const [vpcId, feed] of feeds) {
      const old = before.get(vpcId) ?? new Set();
      updateHosts(vpcId, feed, old);
      onChange(vpcId, old.union(holders(feed)));
    }
  };

  const lookAtGroup = (before: SecurityGroup | undefined, after: SecurityGroup | undefined): void => {
    const { id, vpcId } = (after ?? before)!;
    change(vpcId, false, (feed) => feed.set(id, after && renderGroup(after)));
  };

  /** What is told of the VPC beside its entries changed. */
  const tellHolders = (vpcId: string): void => {
    const feed = feeds.get(vpcId);
    onChange(vpcId, feed === undefined ? new Set() : holders(feed));
  };

  const take = ({ table, before, after }: Change): void => {
    switch (table.name) {
      case networkInterfaces.name:
        if (after === undefined) {
          const row = before as NetworkInterface;
          return change(row.vpcId, false, (feed) => feed.set(row.id, undefined) || row.hostAddress !== undefined);
        }
        return lookAt(after as NetworkInterface);
      case tasks.name:
        if ((before as Task | undefined)?.hostArn !== (after as Task | undefined)?.hostArn && after !== undefined) lookAtTask(after as Task);
        return;
      case containerInstances.name:
        return lookAtHost(before as ContainerInstance | undefined, after as ContainerInstance | undefined);
      case loadBalancers.name:
        return lookAt(store.get(networkInterfaces, ((after ?? before) as LoadBalancer).networkInterfaceId));
      case securityGroups.name:
        return lookAtGroup(before as SecurityGroup | undefined, after as SecurityGroup | undefined);
      case vpcs.name:
        return tellHolders(((after ?? before) as Vpc).id);
      case vpcOverlays.name:
        return tellHolders(((after ?? before) as VpcOverlay).vpcId);
      default:
    }
  };

  for (const host of store.all(containerInstances)) noteHost(host.arn, host);
  balancerHost = chooseBalancerHost();
  for (const row of store.all(networkInterfaces)) lookAt(row);
  const unwatch = store.watch(({ changes }) => changes.forEach(take));

  return {
    get vpcIds() {
      return feeds.keys();
    },
    vpcsOf: (host) => [...feeds].filter(([, feed]) => feed.holders.has(host) || host === balancerHost).map(([vpcId]) => vpcId),
    holdersOf(vpcId) {
      const feed = feeds.get(vpcId);
      return feed === undefined ? [] : [...holders(feed)].sort();
    },
    since(vpcId, version) {
      const cidrBlock = store.get(vpcs, vpcId)?.cidrBlock;
      const vni = store.get(vpcOverlays, vpcId)?.vni;
      return cidrBlock === undefined || vni === undefined ? undefined : feeds.get(vpcId)?.since(version, { vpcId, cidrBlock, vni });
    },
    close: unwatch,
  };
}
