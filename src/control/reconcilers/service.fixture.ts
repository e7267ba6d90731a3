// A service in a store, the real loops around it, and a fake cluster that runs what it is given: for tests of reconcilers.
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { clusters } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { serviceDeployments, serviceEvents, serviceRevisions, services } from '#model/service.ts';
import type { DeploymentConfiguration, Service, ServiceDeployment, ServiceSpec } from '#model/service.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Task, TaskContainer } from '#model/task.ts';
import { rules, targetGroups, targets } from '#model/load-balancer.ts';
import type { TargetState } from '#model/load-balancer.ts';
import { TABLES } from '#model/tables.ts';
import { memoryDisk, memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store, Transaction } from '#store/store.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { VirtualClock } from '#tests/support/virtual-clock.ts';
import type { Reconciler } from '../reconciler.ts';
import { openReconcilerLoop } from '../reconciler.ts';
import { serviceScheduler } from './service.ts';
import { serviceTargets } from './targets.ts';

const SCOPE = { account: '000000000000', region: 'us-east-1' };
const PREFIX = 'arn:aws:ecs:us-east-1:000000000000';
export const CLUSTER = `${PREFIX}:cluster/default`;
export const SERVICE = `${PREFIX}:service/default/web`;

export const CONFIGURATION: DeploymentConfiguration = { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 100 };

export interface ServiceWorld {
  readonly store: Store;
  readonly clock: VirtualClock;
  /** Writes a new revision and a PENDING deployment to it, as CreateService and UpdateService do. */
  deploy(version: number, change?: Partial<Service>): ServiceDeployment;
  change(change: Partial<Service>): void;
  service(): Service;
  deployment(): ServiceDeployment;
  /** Tasks that are not STOPPED. */
  live(): Task[];
  update(task: Task, change: Partial<Task>): void;
  /** What the balancer says of new targets; draining ones are gone a step later. */
  verdict: TargetState;
  /** Every task moves one step: placed ones run, unwanted ones stop. */
  step(): Promise<void>;
  settle(steps?: number): Promise<void>;
  events(): string[];
  versions(): string[];
  close(): void;
}

export async function openServiceWorld(options: { readonly cpu?: number; readonly spec?: Partial<ServiceSpec>; readonly more?: readonly Reconciler[] } = {}): Promise<ServiceWorld> {
  const clock = virtualClock();
  const random = seededRandom(7);
  const store = await openStore({ journal: memoryJournal(memoryDisk(), { clock, delayMs: 0 }), tables: TABLES, log: silentLogger });
  const capacity = CapacityIndex.of(store);
  store.watch((commit) => capacity.apply(commit.changes));
  store.transact((tx) => furnish(tx, options.cpu ?? 100_000, clock.now()));
  const loop = openReconcilerLoop({ store, clock, log: silentLogger, reconcilers: [serviceTargets(random), serviceScheduler({ capacity, random }), ...(options.more ?? [])] });
  const live = (): Task[] => [...store.by(tasks, 'group', `${CLUSTER}|service:web`)];
  const update = (task: Task, change: Partial<Task>): void => store.transact((tx) => tx.put(tasks, { ...task, ...change, version: task.version + 1 }));
  const world: ServiceWorld = {
    store,
    clock,
    live,
    update,
    deploy(version, change = {}) {
      const made = deployment(version, clock.now(), change.deploymentConfiguration ?? store.get(services, SERVICE)?.deploymentConfiguration ?? CONFIGURATION);
      const spec = { ...specOf(version), ...options.spec };
      store.transact((tx) => {
        tx.put(serviceRevisions, { arn: made.targetRevisionArn, serviceArn: SERVICE, clusterArn: CLUSTER, spec, containerImages: [], createdAt: clock.now() });
        tx.put(serviceDeployments, made);
        const row = tx.get(services, SERVICE) ?? newService(clock.now());
        tx.put(services, { ...row, spec, ...change, targetRevisionArn: made.targetRevisionArn, currentDeploymentArn: made.arn });
      });
      return made;
    },
    change: (change) => store.transact((tx) => tx.put(services, { ...world.service(), ...change })),
    service: () => store.get(services, SERVICE)!,
    deployment: () => store.get(serviceDeployments, world.service().currentDeploymentArn!)!,
    verdict: 'healthy',
    async step() {
      store.transact((tx) => balance(tx, world.verdict, clock.now()));
      for (const task of live()) {
        if (task.desiredStatus === 'STOPPED' && task.lastStatus !== 'DEACTIVATING') update(task, { lastStatus: 'STOPPED', stoppedAt: clock.now() });
        else if (task.lastStatus === 'PROVISIONING') update(task, { lastStatus: 'RUNNING', startedAt: clock.now(), containers: task.containers.map(bind) });
      }
      await clock.advance(1_000);
    },
    async settle(steps = 20) {
      await clock.advance(10);
      for (let i = 0; i < steps; i++) await world.step();
    },
    events: () => [...store.by(serviceEvents, 'service', SERVICE)].map((event) => event.message),
    versions: () => live().filter((task) => task.desiredStatus === 'RUNNING').map((task) => task.taskDefinitionArn.split(':').at(-1)!).sort(),
    close: () => loop.close(),
  };
  return world;
}

let port = 32_768;

function bind(container: TaskContainer): TaskContainer {
  return { ...container, lastStatus: 'RUNNING', networkBindings: [{ containerPort: 80, hostPort: port++, protocol: 'tcp' }] };
}

function balance(tx: Transaction, verdict: TargetState, now: number): void {
  for (const target of [...tx.all(targets)]) {
    if (target.drainingSince !== undefined) {
      if (now > target.drainingSince + 1_500) tx.delete(targets, targets.key(target));
    } else if (target.health.state !== verdict) tx.put(targets, { ...target, health: { state: verdict, since: now } });
  }
}

/** The target groups `blue` and `green`, and a rule `rule` that forwards to blue. */
export const BLUE = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/blue/1';
export const GREEN = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/green/1';
export const RULE = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule/app/web/1/1/1';
export const TEST_RULE = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule/app/web/1/2/1';
export const BEHIND_BLUE: Partial<ServiceSpec> = { loadBalancers: [{ targetGroupArn: BLUE, containerName: 'web', containerPort: 80 }] };
export const BLUE_AND_GREEN: Partial<ServiceSpec> = {
  loadBalancers: [
    { targetGroupArn: BLUE, containerName: 'web', containerPort: 80, advancedConfiguration: { alternateTargetGroupArn: GREEN, productionListenerRule: RULE, testListenerRule: TEST_RULE } },
  ],
};

function balancerRows(tx: Transaction, now: number): void {
  const healthCheck = { enabled: true, protocol: 'HTTP', port: 'traffic-port', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 };
  for (const arn of [BLUE, GREEN]) {
    tx.put(targetGroups, { ...SCOPE, tags: [], arn, name: arn.split('/')[1] ?? '', protocol: 'HTTP', port: 80, vpcId: 'vpc-1', targetType: 'instance', healthCheck, attributes: {}, createdAt: now });
  }
  const actions = [{ type: 'forward', order: 1, targets: [{ targetGroupArn: BLUE, weight: 1 }] }] as const;
  for (const arn of [RULE, TEST_RULE]) tx.put(rules, { ...SCOPE, tags: [], arn, listenerArn: 'listener', priority: 1, conditions: [], actions });
}

function furnish(tx: Transaction, cpu: number, now: number): void {
  balancerRows(tx, now);
  tx.put(clusters, { ...SCOPE, arn: CLUSTER, name: 'default', status: 'ACTIVE', createdAt: now, settings: [], capacityProviders: [], defaultCapacityProviderStrategy: [], tags: [] });
  for (let i = 0; i < 3; i++) {
    tx.put(containerInstances, {
      ...SCOPE,
      arn: `${PREFIX}:container-instance/default/h${i}`,
      clusterArn: CLUSTER,
      pool: 'cluster',
      registeredBy: 'test',
      status: 'ACTIVE',
      launchType: 'EC2',
      availabilityZone: `us-east-1${'abc'[i]}`,
      resources: { cpu, memoryMiB: 1_000_000, reservedTcpPorts: [], reservedUdpPorts: [], gpus: [] },
      attributes: [],
      agentConnected: true,
      versionInfo: {},
      registeredAt: now,
      version: 1,
      tags: [],
    });
  }
  for (let version = 1; version <= 9; version++) {
    tx.put(taskDefinitions, {
      ...SCOPE,
      arn: specOf(version).taskDefinitionArn,
      family: 'web',
      revision: version,
      status: 'ACTIVE',
      containerDefinitions: [{ name: 'web', image: `web:${version}`, cpu: 100, memory: 64, essential: true, portMappings: [{ containerPort: 80 }] }],
      volumes: [],
      placementConstraints: [],
      compatibilities: ['EC2'],
      requiresAttributes: [],
      registeredAt: now,
      registeredBy: 'test',
      tags: [],
    });
  }
}

function specOf(version: number): ServiceSpec {
  return { taskDefinitionArn: `${PREFIX}:task-definition/web:${version}`, launchType: 'EC2', capacityProviderStrategy: [], loadBalancers: [], serviceRegistries: [] };
}

function newService(now: number): Service {
  return {
    ...SCOPE,
    arn: SERVICE,
    clusterArn: CLUSTER,
    name: 'web',
    status: 'ACTIVE',
    schedulingStrategy: 'REPLICA',
    deploymentController: 'ECS',
    desiredCount: 3,
    spec: specOf(1),
    deploymentConfiguration: CONFIGURATION,
    placementConstraints: [],
    placementStrategy: [],
    availabilityZoneRebalancing: 'DISABLED',
    enableECSManagedTags: true,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    createdBy: 'test',
    createdAt: now,
    tags: [],
  };
}

let serial = 0;

function deployment(version: number, now: number, deploymentConfiguration: DeploymentConfiguration): ServiceDeployment {
  const id = String(1_000_000_000_000_000_000n + BigInt(version * 1000 + serial++));
  return {
    arn: `${PREFIX}:service-deployment/default/web/${id}`,
    id: `ecs-svc/${id}`,
    serviceArn: SERVICE,
    clusterArn: CLUSTER,
    status: 'PENDING',
    targetRevisionArn: `${PREFIX}:service-revision/default/web/${id}`,
    sourceRevisionArns: [],
    deploymentConfiguration,
    stage: 'RECONCILE_SERVICE',
    stageStartedAt: now,
    productionWeight: 0,
    testWeight: 0,
    step: 0,
    hooks: [],
    failedTasks: 0,
    failedTasksTotal: 0,
    breaker: { status: 'DISABLED' },
    alarms: { status: 'DISABLED', triggeredAlarmNames: [] },
    launchFailures: 0,
    createdAt: now,
    updatedAt: now,
  };
}
