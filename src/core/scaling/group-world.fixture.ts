// A group and its instances in memory: what a plan says is done at once, instances run or fail as the test wants.
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from '#model/auto-scaling-group.ts';
import { planGroup } from './plan-group.ts';
import type { GroupAction, GroupSnapshot, MemberView } from './snapshot.ts';

export function groupFixture(over: Partial<AutoScalingGroup> = {}): AutoScalingGroup {
  return {
    arn: 'arn:g',
    name: 'g',
    account: '000000000000',
    region: 'us-east-1',
    minSize: 0,
    maxSize: 20,
    desiredCapacity: 0,
    defaultCooldownSeconds: 300,
    launchTemplate: { id: 'lt-1', name: 't', version: '$Default' },
    instanceTypes: [],
    availabilityZones: ['a', 'b'],
    subnetIds: [],
    healthCheckType: 'EC2',
    healthCheckGraceSeconds: 0,
    terminationPolicies: ['Default'],
    newInstancesProtected: false,
    suspendedProcesses: [],
    targetGroupArns: [],
    capacityRebalance: false,
    serviceLinkedRoleArn: '',
    tags: [],
    createdAt: 0,
    ...over,
  };
}

type View = NonNullable<MemberView['instance']>;

export class GroupWorld {
  group: AutoScalingGroup | undefined;
  hooks: LifecycleHook[] = [];
  readonly members = new Map<string, GroupInstance>();
  readonly instances = new Map<string, View>();
  readonly busy = new Set<string>();
  /** Members whose end was begun by a scale-in, in order. */
  readonly ended: GroupInstance[] = [];
  failed = { count: 0, at: 0 };
  now = 0;
  launches = 0;
  private next = 1;

  constructor(group: Partial<AutoScalingGroup> = {}) {
    this.group = groupFixture(group);
  }

  snapshot(): GroupSnapshot {
    const view = (row: GroupInstance): MemberView => ({ row, instance: this.instances.get(row.instanceId), busy: this.busy.has(row.instanceId) });
    return { group: this.group ?? groupFixture(), members: [...this.members.values()].map(view), hooks: this.hooks, zones: ['a', 'b'], failedLaunches: this.failed, templateVersion: 2 };
  }

  /** Plans and applies until the plan is empty; the number of rounds it took. */
  settle(rounds = 50): number {
    for (let round = 0; round < rounds; round++) {
      if (this.group === undefined) return round;
      const { actions } = planGroup(this.snapshot(), this.now);
      if (actions.length === 0) return round;
      for (const action of actions) this.apply(action);
    }
    throw new Error('the plan does not come to an end');
  }

  apply(action: GroupAction): void {
    switch (action.kind) {
      case 'launch':
        return this.launch(action.zone);
      case 'putMember':
        return void this.members.set(action.member.instanceId, action.member);
      case 'beginEnd':
        this.ended.push(action.member);
        return void this.members.set(action.member.instanceId, action.member);
      case 'endInstance':
        return this.change(action.instanceId, { desired: 'terminated', state: 'shutting-down' });
      case 'removeMember':
        return void this.members.delete(action.instanceId);
      case 'finishActivity':
        return;
      case 'deleteGroup':
        this.group = undefined;
    }
  }

  private launch(zone: string): void {
    const id = `i-${this.next++}`;
    this.launches += 1;
    this.instances.set(id, { state: 'pending', desired: 'running', launchedAt: this.now, spot: false });
    this.members.set(id, {
      instanceId: id,
      groupArn: 'arn:g',
      account: '000000000000',
      region: 'us-east-1',
      instanceType: 't3.micro',
      availabilityZone: zone,
      launchTemplate: { id: 'lt-1', name: 't', version: '2' },
      lifecycleState: 'Pending',
      healthStatus: 'HEALTHY',
      protectedFromScaleIn: this.group?.newInstancesProtected ?? false,
      waits: [],
      joinedAt: this.now + this.next,
      since: this.now,
    });
  }

  change(id: string, over: Partial<View>): void {
    const instance = this.instances.get(id);
    if (instance !== undefined) this.instances.set(id, { ...instance, ...over });
  }

  changeMember(id: string, over: Partial<GroupInstance>): void {
    const member = this.members.get(id);
    if (member !== undefined) this.members.set(id, { ...member, ...over });
  }

  /** What a driver would do: pending ones run, ending ones are gone. */
  drive(): void {
    for (const [id, { state, desired }] of this.instances) {
      if (desired === 'terminated' && state !== 'terminated') this.change(id, { state: 'terminated' });
      else if (state === 'pending') this.change(id, { state: 'running' });
    }
  }

  /** Settles and drives until nothing changes. */
  run(): void {
    for (let i = 0; i < 20; i++) {
      this.settle();
      this.drive();
    }
    this.settle();
  }

  want(desiredCapacity: number): void {
    if (this.group !== undefined) this.group = { ...this.group, desiredCapacity };
  }

  ids(state: GroupInstance['lifecycleState'] = 'InService'): string[] {
    return [...this.members.values()].filter((member) => member.lifecycleState === state).map((member) => member.instanceId);
  }
}

export function hookFixture(over: Partial<LifecycleHook> = {}): LifecycleHook {
  return { groupArn: 'arn:g', name: 'h', transition: 'autoscaling:EC2_INSTANCE_LAUNCHING', heartbeatTimeoutSeconds: 60, defaultResult: 'ABANDON', ...over };
}
