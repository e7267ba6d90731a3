// A tiny model of a cluster for property tests: a plan's actions are applied to plain objects, tasks start, fail and turn
// healthy as the test says.
import type { DeploymentConfiguration, Service, ServiceDeployment, ServiceRevision, ServiceScheduler, ServiceSpec, TaskSet } from '#model/service.ts';
import { isDeploymentFinished } from '#model/service.ts';
import type { Plan } from '../task/plan.ts';
import { planService } from './plan.ts';
import type { FailedTask, ServiceAction, ServiceSnapshot, TaskView } from './snapshot.ts';

export const CONFIGURATION: DeploymentConfiguration = { strategy: 'ROLLING', minimumHealthyPercent: 100, maximumPercent: 200 };

export interface ModelWorld {
  now: number;
  service: Service;
  scheduler: ServiceScheduler | undefined;
  deployments: ServiceDeployment[];
  revisions: ServiceRevision[];
  taskSets: TaskSet[];
  tasks: TaskView[];
  failures: FailedTask[];
  hosts: string[];
  zones: string[];
  alarmsInAlarm: string[];
  /** Tasks the cluster has room for, stopping ones included. */
  room: number;
  events: string[];
  traffic: { production: number; test: number };
  made: number;
  wakeAt: number | undefined;
}

export function modelWorld(change: Partial<Service> = {}): ModelWorld {
  const service: Service = {
    arn: 'service', account: '1', region: 'r', clusterArn: 'cluster', name: 'web', status: 'ACTIVE', schedulingStrategy: 'REPLICA',
    deploymentController: 'ECS', desiredCount: 3, spec: specOf(0), deploymentConfiguration: CONFIGURATION, placementConstraints: [],
    placementStrategy: [], availabilityZoneRebalancing: 'DISABLED', enableECSManagedTags: false, propagateTags: 'NONE',
    enableExecuteCommand: false, createdBy: 'me', createdAt: 0, tags: [], ...change,
  };
  return {
    now: 1_000_000, service, scheduler: undefined, deployments: [], revisions: [], taskSets: [], tasks: [], failures: [], hosts: [], zones: [],
    alarmsInAlarm: [], room: Infinity, events: [], traffic: { production: 0, test: 0 }, made: 0, wakeAt: undefined,
  };
}

function specOf(version: number): ServiceSpec {
  return { taskDefinitionArn: `web:${version}`, capacityProviderStrategy: [], loadBalancers: [], serviceRegistries: [] };
}

/** As CreateService and UpdateService do. */
export function deploy(world: ModelWorld, config: DeploymentConfiguration = world.service.deploymentConfiguration): ServiceDeployment {
  const version = world.revisions.length + 1;
  const revision: ServiceRevision = { arn: `rev-${version}`, serviceArn: 'service', clusterArn: 'cluster', spec: specOf(version), containerImages: [], createdAt: world.now };
  const deployment: ServiceDeployment = {
    arn: `dep-${version}`, id: `ecs-svc/${version}`, serviceArn: 'service', clusterArn: 'cluster', status: 'PENDING', targetRevisionArn: revision.arn,
    sourceRevisionArns: [], deploymentConfiguration: config, stage: 'RECONCILE_SERVICE', stageStartedAt: world.now, productionWeight: 0, testWeight: 0,
    step: 0, hooks: [], failedTasks: 0, failedTasksTotal: 0, breaker: { status: 'DISABLED' }, alarms: { status: 'DISABLED', triggeredAlarmNames: [] },
    launchFailures: 0, createdAt: world.now, updatedAt: world.now,
  };
  world.revisions.push(revision);
  world.deployments.push(deployment);
  world.service = { ...world.service, spec: revision.spec, deploymentConfiguration: config, targetRevisionArn: revision.arn, currentDeploymentArn: deployment.arn };
  return deployment;
}

export function currentDeployment(world: ModelWorld): ServiceDeployment | undefined {
  return world.deployments.find((d) => d.arn === world.service.currentDeploymentArn);
}

export function snapshotOf(world: ModelWorld): ServiceSnapshot {
  return {
    service: world.service,
    scheduler: world.scheduler,
    revisions: world.revisions,
    deployments: world.deployments.filter((d) => !isDeploymentFinished(d) || d.arn === world.service.currentDeploymentArn),
    taskSets: world.taskSets,
    tasks: world.tasks.filter((task) => task.lastStatus !== 'STOPPED'),
    failures: world.failures,
    hosts: world.hosts,
    zones: world.zones,
    alarmsInAlarm: world.alarmsInAlarm,
  };
}

/** One look; what it did. */
export function look(world: ModelWorld): Plan<ServiceAction> {
  const plan = planService(snapshotOf(world), world.now);
  world.wakeAt = plan.wakeAt;
  for (const action of plan.actions) applyAction(world, action);
  return plan;
}

/** Looks until a plan is empty, as the loop does; throws when it does not end. */
export function lookUntilQuiet(world: ModelWorld, onPlan: (plan: Plan<ServiceAction>) => void = () => {}): void {
  for (let i = 0; i < 200; i++) {
    const plan = look(world);
    onPlan(plan);
    if (!plan.actions.some((action) => action.kind !== 'traffic' && action.kind !== 'event')) return;
  }
  throw new Error(`the plans do not end: ${JSON.stringify(planService(snapshotOf(world), world.now))}`);
}

function applyAction(world: ModelWorld, action: ServiceAction): void {
  switch (action.kind) {
    case 'launch':
      return launch(world, action);
    case 'stop':
      return stop(world, action.taskArn);
    case 'putService':
      world.service = action.service;
      return;
    case 'putScheduler':
      world.scheduler = action.scheduler;
      return;
    case 'putDeployment':
      world.deployments = world.deployments.map((d) => (d.arn === action.deployment.arn ? action.deployment : d));
      return;
    case 'putTaskSet':
      world.taskSets = world.taskSets.map((set) => (set.arn === action.taskSet.arn ? action.taskSet : set));
      return;
    case 'deleteTaskSet':
      world.taskSets = world.taskSets.filter((set) => set.arn !== action.taskSetArn);
      return;
    case 'noteFailures':
      world.failures = world.failures.filter((task) => !action.taskArns.includes(task.arn));
      return;
    case 'startHook':
      world.deployments = world.deployments.map((d) => (d.arn === action.deploymentArn ? { ...d, hooks: [...d.hooks, { ...action.run, hookId: `hook-${world.made++}` }] } : d));
      return;
    case 'traffic':
      world.traffic = { production: action.production, test: action.test };
      return;
    case 'event':
      world.events.push(action.message);
      return;
    case 'forget':
      return;
  }
}

/** As requestStop does: what has targets drains first. */
function stop(world: ModelWorld, arn: string): void {
  const drains = world.tasks.some((task) => task.arn === arn && task.lastStatus === 'RUNNING' && task.targets.length > 0);
  change(world, arn, { desiredStatus: 'STOPPED', ...(drains ? { lastStatus: 'DEACTIVATING' as const } : {}) });
}

function launch(world: ModelWorld, action: Extract<ServiceAction, { kind: 'launch' }>): void {
  const free = world.room - world.tasks.filter((task) => task.lastStatus !== 'STOPPED').length;
  const count = Math.min(action.count, free);
  for (let i = 0; i < count; i++) {
    const zoned = world.zones.map((zone) => ({ zone, tasks: world.tasks.filter((t) => t.zone === zone && t.desiredStatus === 'RUNNING').length }));
    const zone = zoned.sort((a, b) => a.tasks - b.tasks)[0]?.zone;
    world.tasks.push({
      arn: `task/${world.made++}`, origin: action.origin, lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', createdAt: world.now, healthStatus: 'UNKNOWN',
      hasHealthCheck: false, leaving: false, lost: false, wantedTargets: 0, targets: [], zone, hostArn: action.hosts?.[i],
    });
  }
  if (world.scheduler === undefined) return;
  const { unplaced, ...rest } = world.scheduler;
  if (count === action.count) world.scheduler = rest;
  else world.scheduler = { ...rest, unplaced: { at: world.now, attempts: 1, retryAt: world.now + 1_000, reason: 'full', saidAt: unplaced?.saidAt ?? world.now } };
}

export function change(world: ModelWorld, arn: string, over: Partial<TaskView>): void {
  world.tasks = world.tasks.map((task) => (task.arn === arn ? { ...task, ...over } : task));
}

/** The task ends by itself. */
export function failTask(world: ModelWorld, task: TaskView): void {
  change(world, task.arn, { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
  const stopCode = task.startedAt === undefined ? 'TaskFailedToStart' : 'EssentialContainerExited';
  world.failures.push({ arn: task.arn, origin: task.origin, startedAt: task.startedAt, stoppedAt: world.now, stopCode, reason: 'failed' });
}

export function runTask(world: ModelWorld, task: TaskView): void {
  if (task.desiredStatus === 'RUNNING') change(world, task.arn, { lastStatus: 'RUNNING', startedAt: world.now });
}

export function stopped(world: ModelWorld, task: TaskView): void {
  if (task.desiredStatus === 'STOPPED') change(world, task.arn, { lastStatus: 'STOPPED' });
}

/** Every task does what it should, second after second; time in which nothing happens is skipped. */
export function run(world: ModelWorld, seconds: number, fails: (task: TaskView) => boolean = () => false): void {
  const end = world.now + seconds * 1_000;
  while (world.now < end) {
    lookUntilQuiet(world);
    const still = world.tasks.every((task) => task.lastStatus === 'STOPPED' || (task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING'));
    if (still) {
      world.now = Math.min(end, Math.max(world.now + 1_000, world.wakeAt ?? end));
      continue;
    }
    for (const task of world.tasks) {
      if (task.lastStatus === 'STOPPED') continue;
      if (task.desiredStatus === 'STOPPED') stopped(world, task);
      else if (task.lastStatus === 'PROVISIONING') {
        if (fails(task)) failTask(world, task);
        else runTask(world, task);
      }
    }
    world.now += 1_000;
  }
  lookUntilQuiet(world);
}

export function live(world: ModelWorld): TaskView[] {
  return world.tasks.filter((task) => task.desiredStatus === 'RUNNING' && task.lastStatus !== 'STOPPED');
}
