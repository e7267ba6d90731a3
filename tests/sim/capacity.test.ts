// Capacity in simulation: the real API, the real reconcilers and the real instance keeper on a virtual clock, over machines and tasks that
// are made up. Tasks come and go, machines die, and control loops and keeper are killed and opened again in the middle.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAutoScalingService } from '#api/autoscaling/service.ts';
import { createEc2Service } from '#api/ec2/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { openControl, type Control } from '#control/control.ts';
import { openInstanceKeeper, type Keeper } from '#instances/keeper.ts';
import { autoScalingGroups, groupInstances } from '#model/auto-scaling-group.ts';
import { containerInstances } from '#model/container-instance.ts';
import { instances, type Instance } from '#model/instance.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Service } from '#wire/service.ts';
import { awsCall, openEcs, type EcsHarness } from '#tests/support/api-harness.ts';
import { fakeInstances, type FakeInstances } from '#tests/support/fake-instances.ts';

const SEEDS = Number(process.env['CAPACITY_SEEDS'] ?? 60);
const TIMES = { scaleOutAfterMs: 500, scaleInAfterMs: 20_000 };

class CapacityWorld {
  readonly ecs: EcsHarness;
  readonly driver: FakeInstances = fakeInstances();
  /** Hosts with tasks whose instance a scale-in ended. */
  readonly wronged: string[] = [];
  private control: Control | undefined;
  private keeper: Keeper | undefined;
  private readonly others: Readonly<Record<string, Service<any>>>;
  private readonly random;

  constructor(ecs: EcsHarness, seed: number) {
    this.ecs = ecs;
    this.random = seededRandom(seed);
    const deps = { store: ecs.store, clock: ecs.clock, random: this.random, log: silentLogger };
    this.others = { ec2: createEc2Service(deps), autoscaling: createAutoScalingService(deps) };
    ecs.store.watch(({ changes }) => {
      for (const { table, before, after } of changes) if (table.name === instances.name) this.judge(before as Instance | undefined, after as Instance | undefined);
    });
    this.open();
  }

  open(): void {
    const { store, clock, capacity } = this.ecs;
    this.control = openControl({ store, clock, capacity, random: this.random, log: silentLogger, scalingTimes: TIMES, startGraceMs: 3_600_000 });
    this.keeper = openInstanceKeeper({ store, clock, driver: this.driver, log: silentLogger, reach: () => ({ server: 'http://x' }) });
  }

  /** As kill -9 would: loops and keeper end in the middle of whatever they do; rows and machines stay. */
  kill(): void {
    this.control?.close();
    void this.keeper?.close();
    this.open();
  }

  close(): void {
    this.control?.close();
    void this.keeper?.close();
  }

  call(service: 'ec2' | 'autoscaling', operation: string, input: object): any {
    const of = this.others[service]!;
    return of.operations[operation]!.handler(input, of.context(awsCall(operation)));
  }

  furnish(protect: boolean): void {
    const userData = Buffer.from('ECS_CLUSTER=prod').toString('base64');
    this.call('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 'host', LaunchTemplateData: { ImageId: 'ami-0ec5000000000a2c1', InstanceType: 't3.micro', UserData: userData } });
    this.call('autoscaling', 'CreateAutoScalingGroup', { AutoScalingGroupName: 'g', MinSize: 0, MaxSize: 6, AvailabilityZones: ['us-east-1a', 'us-east-1b'], LaunchTemplate: { LaunchTemplateName: 'host' }, NewInstancesProtectedFromScaleIn: true });
    const [group] = this.ecs.store.all(autoScalingGroups);
    const managedScaling = { status: 'ENABLED', targetCapacity: 100, instanceWarmupPeriod: 0 };
    this.ecs.call('CreateCapacityProvider', { name: 'hosts', autoScalingGroupProvider: { autoScalingGroupArn: group!.arn, managedScaling, managedTerminationProtection: protect ? 'ENABLED' : 'DISABLED' } });
    this.ecs.call('CreateCluster', { clusterName: 'prod', capacityProviders: ['hosts'], defaultCapacityProviderStrategy: [{ capacityProvider: 'hosts', weight: 1 }] });
    this.ecs.call('RegisterTaskDefinition', { family: 'job', requiresCompatibilities: ['EC2'], containerDefinitions: [{ name: 'a', image: 'a', memory: 400 }] });
  }

  /** What agents do: running machines register, and their tasks take a step. */
  agents(): void {
    const { store } = this.ecs;
    for (const instance of [...store.by(instances, 'live', 'live')]) {
      if (instance.state !== 'running' || this.driver.machines.get(instance.id)?.state !== 'up') continue;
      if ([...store.by(containerInstances, 'instance', instance.id)].length > 0) continue;
      this.ecs.addHost({ cluster: 'prod', accessKeyId: instance.accessKeyId, cpu: 2048, memoryMiB: 1024 });
    }
    store.transact((tx) => {
      for (const task of [...tx.all(tasks)]) {
        if (task.hostArn === undefined || task.lastStatus === 'STOPPED') continue;
        const next: Partial<Task> = task.desiredStatus === 'STOPPED' ? { lastStatus: 'STOPPED', stoppedAt: this.ecs.clock.now() } : { lastStatus: 'RUNNING' };
        if (next.lastStatus !== task.lastStatus) tx.put(tasks, { ...task, ...next });
      }
    });
  }

  live(): Task[] {
    return [...this.ecs.store.all(tasks)].filter((task) => task.lastStatus !== 'STOPPED' && task.desiredStatus === 'RUNNING');
  }

  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i += 1_000) {
      await this.ecs.clock.advance(1_000);
      this.agents();
    }
  }

  /** A scale-in must not take an instance that runs tasks. */
  private judge(before: Instance | undefined, after: Instance | undefined): void {
    if (before?.desired !== 'running' || after?.desired !== 'terminated' || after.stateReason?.code !== 'Client.UserInitiatedShutdown') return;
    for (const host of this.ecs.store.by(containerInstances, 'instance', after.id)) {
      const running = [...this.ecs.store.by(tasks, 'host', host.arn)].length;
      if (running > 0) this.wronged.push(`${after.id}: ${running} tasks`);
    }
  }
}

async function live(seed: number, protect: boolean): Promise<void> {
  const world = new CapacityWorld(await openEcs(seed), seed);
  const random = seededRandom(seed * 7 + 1);
  world.furnish(protect);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random.next() * items.length)];
  try {
    for (let step = 0; step < 25; step++) {
      const dice = random.next();
      if (dice < 0.3) world.ecs.call('RunTask', { cluster: 'prod', taskDefinition: 'job', count: 1 + Math.floor(random.next() * 5) });
      else if (dice < 0.6) {
        const task = pick(world.live());
        if (task !== undefined) world.ecs.call('StopTask', { cluster: 'prod', task: task.arn });
      } else if (dice < 0.7) {
        const machine = pick([...world.driver.machines.values()]);
        if (machine !== undefined) machine.state = 'dead';
      } else if (dice < 0.8) world.driver.failures.push(random.next() < 0.5 ? 'not now' : 'refuse: no room');
      else if (dice < 0.9) world.kill();
      await world.pass(Math.floor(random.next() * 30) * 1_000);
    }
    world.driver.failures.length = 0;
    await world.pass(900_000);
    check(world, seed);
    assert.deepEqual(world.wronged, [], `seed ${seed}: a scale-in ended hosts with tasks`);
  } finally {
    world.close();
  }
}

function check(world: CapacityWorld, seed: number): void {
  const at = `seed ${seed}`;
  const { store } = world.ecs;
  const [group] = store.all(autoScalingGroups);
  const needed = new Set(world.live().map((task) => task.hostArn));
  const room = world.live().filter((task) => task.hostArn === undefined);
  if (room.length > 0) assert.equal(group!.desiredCapacity, group!.maxSize, `${at}: tasks wait though the group can grow`);
  else assert.equal(group!.desiredCapacity, needed.size, `${at}: as many instances as have tasks`);
  assert.equal(store.count(groupInstances, 'group', group!.arn), group!.desiredCapacity, `${at}: members`);
  assert.equal(world.driver.machines.size, group!.desiredCapacity, `${at}: machines`);
  for (const task of world.live()) if (task.hostArn !== undefined) assert.equal(store.get(containerInstances, task.hostArn)?.status, 'ACTIVE', `${at}: a task on a host that is gone`);
}

test(`${SEEDS} seeds: groups come to the size that tasks need, and scale-in takes no host with tasks`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await live(seed, true);
});

test('a task that waits for hosts of its architecture is not put on one of another', async () => {
  const world = new CapacityWorld(await openEcs(1), 1);
  world.furnish(false);
  try {
    world.ecs.call('RegisterTaskDefinition', { family: 'arm', requiresCompatibilities: ['EC2'], runtimePlatform: { cpuArchitecture: 'ARM64' }, containerDefinitions: [{ name: 'a', image: 'a', memory: 400 }] });
    world.ecs.call('RunTask', { cluster: 'prod', taskDefinition: 'arm' });
    await world.pass(60_000);
    assert.ok([...world.ecs.store.all(containerInstances)].length > 0);
    assert.deepEqual(world.live().map(({ lastStatus, hostArn }) => [lastStatus, hostArn]), [['PROVISIONING', undefined]]);
  } finally {
    world.close();
  }
});
