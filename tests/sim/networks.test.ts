// What hosts are told of their VPCs over a link that loses and delays, with agents and control planes that die: in the end every host
// knows exactly what the rows say, and of no VPC it has no part in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '#base/clock.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom, type Random } from '#base/random.ts';
import { planDefaultVpc } from '#core/network/default-vpc.ts';
import { renderBalancerInterface, renderGroup, renderHost, renderTaskInterface } from '#core/network/network-entries.ts';
import { planInterface } from '#core/network/network-interface.ts';
import { openVpcNetworks } from '#agent/network/vpc-networks.ts';
import { done, failed } from '#agent/runtime.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import type { VpcState } from '#core/network/vpc-state.ts';
import type { NetworkEntry, NetworkStateMessage } from '#link/messages.ts';
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { loadBalancers, type LoadBalancer } from '#model/load-balancer.ts';
import { networkInterfaces, securityGroups, subnets, vpcOverlays, vpcs } from '#model/network.ts';
import { TABLES } from '#model/tables.ts';
import { tasks, type Task } from '#model/task.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { openNetworks, type Networks } from '#control/network/networks.ts';

const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const arnOf = (host: string): string => `arn:host/${host}`;
const attributes = (host: string) => [{ name: 'longshore.address', value: host }, { name: 'longshore.capability.vpc' }];

/** A host's end: the real agent part over a machine that remembers what was applied, and sometimes fails. */
function openHost(host: string, clock: Clock, random: Random) {
  const machine = new Map<string, VpcState>();
  const disk = new Map<string, string>();
  const driver = {
    apply: async (state: VpcState) => (random.next() < 0.1 ? failed('ResourceInitializationError', 'nft') : (machine.set(state.vpcId, state), done(undefined))),
    remove: async (vpcId: string) => (random.next() < 0.1 ? failed('ResourceInitializationError', 'nft') : (machine.delete(vpcId), done(undefined))),
    forget() {},
  };
  const start = () => openVpcNetworks({ driver, state: memoryStateStore(disk), host, clock, log: silentLogger });
  return { machine, start };
}

/** What the rows say a host is to know of a VPC: written down plainly, without feeds and versions. */
function expected(store: Store, host: string): Map<string, Map<string, NetworkEntry>> {
  const found = new Map<string, Map<string, NetworkEntry>>();
  const addressOf = (taskArn: string) => store.get(containerInstances, store.get(tasks, taskArn)?.hostArn ?? '')?.attributes[0]?.value;
  for (const vpc of store.all(vpcs)) {
    const entries = new Map<string, NetworkEntry>();
    const holders = new Set<string>();
    for (const row of store.all(networkInterfaces)) {
      if (row.vpcId !== vpc.id || row.hostAddress !== undefined) continue;
      const at = row.taskArn === undefined ? HOSTS[0] : addressOf(row.taskArn);
      if (at === undefined) continue;
      entries.set(row.id, row.taskArn === undefined ? renderBalancerInterface(row, at) : renderTaskInterface(row, at));
      holders.add(at);
    }
    if (holders.size > 0) holders.add(HOSTS[0]!);
    if (!holders.has(host)) continue;
    for (const group of store.by(securityGroups, 'vpc', vpc.id)) entries.set(group.id, renderGroup(group));
    for (const at of holders) {
      const own = [...store.by(networkInterfaces, 'hosts', vpc.id)].find((row) => row.hostAddress === at);
      assert.equal(own !== undefined, holders.size > 1, `${at} has an address of its own when there are several hosts`);
      entries.set(`host|${at}`, renderHost(at, own?.privateIpAddress));
    }
    found.set(vpc.id, entries);
  }
  return found;
}

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const clock = virtualClock();
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
  let ids = 0;
  const made = [0, 1].map((n) => planDefaultVpc('000000000000', `r-${n}`, `10.${n + 1}.0.0/16`, (prefix) => `${prefix}-${n}-${ids++}`));
  store.transact((tx) => {
    for (const { vpc, subnets: own, securityGroup } of made) {
      tx.put(vpcs, vpc);
      tx.put(securityGroups, securityGroup);
      for (const subnet of own) tx.put(subnets, subnet);
    }
    for (const host of HOSTS) tx.put(containerInstances, { arn: arnOf(host), status: 'ACTIVE', attributes: attributes(host), clusterArn: 'c', pool: 'cluster' } as unknown as ContainerInstance);
  });
  const hosts = HOSTS.map((host) => ({ host, ...openHost(host, clock, random) }));
  let control: Networks;
  let peace = false;
  const links = new Map<string, { cut(): void }>();
  const startControl = (): void => {
    control = openNetworks({ store, clock, random, log: silentLogger, isOwnAddress: (address) => address === HOSTS[0], resendMs: 500 });
  };
  const agents = new Map(hosts.map((one) => [one.host, one.start()]));

  const connect = (host: string): void => {
    links.get(host)?.cut();
    let open = true;
    // Each frame takes its own time, so that they overtake each other; some never arrive.
    const travel = (deliver: () => void): void => {
      if (!peace && random.next() < 0.2) return;
      clock.after(random.next() * (peace ? 5 : 300), () => void (open && deliver()));
    };
    const agent = agents.get(host)!;
    agent.connected();
    const sender = control.open(arnOf(host), (message: NetworkStateMessage) => travel(() => {
      const taken = agent.take(message);
      travel(() => sender?.onAck(message.messageId, taken));
    }));
    links.set(host, {
      cut() {
        open = false;
        sender?.close();
      },
    });
  };

  const someTask = (): Task | undefined => [...store.all(tasks)].at(Math.floor(random.next() * store.size(tasks)));
  const steps: (() => void)[] = [
    () => store.transact((tx) => {
      const { subnets: own, securityGroup } = made[Math.floor(random.next() * 2)]!;
      const host = HOSTS[Math.floor(random.next() * 3)]!;
      const id = `eni-${ids++}`;
      const address = own[0]!.cidrBlock.replace('.0.0/20', `.1.${ids % 250}`);
      if (tx.count(networkInterfaces, 'address', `${own[0]!.vpcId}/${address}`) > 0) return;
      tx.put(networkInterfaces, planInterface(own[0]!, { id, address, securityGroupIds: [securityGroup.id], description: '', taskArn: `task/${id}`, now: 0 }));
      tx.put(tasks, { arn: `task/${id}`, hostArn: arnOf(host), attachments: [{ networkInterfaceId: id }], lastStatus: 'RUNNING', clusterArn: 'c', group: 'g', desiredStatus: 'RUNNING', containers: [], tags: [] } as unknown as Task);
    }),
    () => {
      const task = someTask();
      if (task !== undefined) store.transact((tx) => (tx.delete(networkInterfaces, task.attachments[0]!.networkInterfaceId), tx.delete(tasks, task.arn)));
    },
    () => store.transact((tx) => {
      const group = tx.get(securityGroups, made[Math.floor(random.next() * 2)]!.securityGroup.id)!;
      tx.put(securityGroups, { ...group, rules: [...group.rules.slice(-3), { id: `sgr-${ids++}`, direction: 'ingress', protocol: 'tcp', fromPort: ids, toPort: ids, cidrIpv4: '0.0.0.0/0' }] });
    }),
    () => store.transact((tx) => {
      const { subnets: own } = made[0]!;
      const id = `eni-lb-${ids++}`;
      tx.put(networkInterfaces, planInterface(own[1]!, { id, address: own[1]!.cidrBlock.replace('.0/20', `.${ids % 250}`), securityGroupIds: [], description: 'ELB', now: 0 }));
      tx.put(loadBalancers, { arn: `lb/${id}`, name: id, networkInterfaceId: id, account: '0', region: 'r' } as unknown as LoadBalancer);
    }),
    () => store.transact((tx) => {
      const [first] = tx.all(loadBalancers);
      if (first === undefined) return;
      tx.delete(networkInterfaces, first.networkInterfaceId);
      tx.delete(loadBalancers, first.arn);
    }),
    () => connect(HOSTS[Math.floor(random.next() * 3)]!),
    () => {
      const one = hosts[Math.floor(random.next() * 3)]!;
      agents.get(one.host)!.close();
      agents.set(one.host, one.start());
      connect(one.host);
    },
    () => {
      for (const link of links.values()) link.cut();
      control.close();
      startControl();
      HOSTS.forEach(connect);
    },
  ];

  startControl();
  HOSTS.forEach(connect);
  for (let n = 0; n < 120; n++) {
    // Restarts and new connections are rarer than changes.
    const at = Math.floor(random.next() * (random.next() < 0.15 ? steps.length : 5));
    steps[at]!();
    await clock.advance(random.next() * 200);
  }
  peace = true;
  // A frame that was lost in the last moment is sent again, and an agent that failed tries again within half a minute.
  await clock.advance(120_000);
  for (const { host, machine } of hosts) {
    const wanted = expected(store, host);
    assert.deepEqual([...machine.keys()].sort(), [...wanted.keys()].sort(), `seed ${seed}: VPCs of ${host}`);
    for (const [vpcId, entries] of wanted) {
      assert.deepEqual(new Map([...machine.get(vpcId)!.entries].sort()), new Map([...entries].sort()), `seed ${seed}: ${vpcId} on ${host}`);
      assert.equal(machine.get(vpcId)!.vni, store.get(vpcOverlays, vpcId)?.vni);
    }
  }
  for (const agent of agents.values()) agent.close();
  control!.close();
  await store.close();
}

test('after peace every host knows what the rows say', async () => {
  const from = Number(process.env['SIM_FROM'] ?? 1);
  const seeds = Number(process.env['SIM_SEEDS'] ?? 40);
  for (let seed = from; seed < from + seeds; seed++) await run(seed);
});
