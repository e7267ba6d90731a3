// What a task needs on its host besides containers: its cgroup, its VPC's bridge, its volumes, ports in a row. Made before the
// first container, gone after the last. Everything here is idempotent: a task that is prepared twice has it once.
import type { Logger } from '#base/logger.ts';
import { planProblem } from '#core/task-run/plan.ts';
import type { TaskPlan } from '#core/task-run/plan.ts';
import { taskInterfaceSpec, type TaskInterface, type TaskInterfaces } from './network/task-interfaces.ts';
import type { VpcNetworks } from './network/vpc-networks.ts';
import { done, failed } from './runtime.ts';
import type { NetworkSpec, Outcome, Runtime } from './runtime.ts';
import { LABELS, taskGroupId } from './spec/names.ts';
import { namespaces } from './spec/namespaces.ts';
import { taskEndpoint, taskInterface, vpcNetwork } from './spec/network.ts';
import { rangesToFind } from './spec/ports.ts';
import { planVolumes, requiredVolumes } from './spec/volumes.ts';
import type { TaskContext } from './task-context.ts';

const MIB = 2 ** 20;

export interface TaskResources {
  /** Fails with ResourceInitializationError, or RuntimeUnavailable. */
  prepare(context: TaskContext, plan: TaskPlan): Promise<Outcome<void>>;
  /** Lets go of what others may be given as soon as the task is known to have stopped: its address. Its containers have ended. */
  release(context: TaskContext): Promise<void>;
  /** Removes the task's containers and everything made for it. Failures are logged and tried again by whoever calls again. */
  clean(context: TaskContext): Promise<boolean>;
  /** The runtime may have lost what was there before. */
  forget(): void;
  /** Removes bridges of VPCs that no task uses. They are kept while idle for a while: making one is slower than starting a task. */
  sweep(live: readonly TaskContext[]): Promise<void>;
}

/** What of a machine's network tasks need. */
export interface TaskNetworks {
  /** What must be ready before a task with an interface starts; without it only the bridge is made. */
  readonly vpcs?: Pick<VpcNetworks, 'ready' | 'holds'> | undefined;
  /** For tasks whose interface is not the runtime's to make. */
  readonly interfaces?: TaskInterfaces | undefined;
}

export function openTaskResources(runtime: Runtime, log: Logger, agentId: string, { vpcs, interfaces }: TaskNetworks = {}): TaskResources {
  /** Networks that exist as far as we know, or are being made. */
  const networks = new Map<string, Promise<Outcome<void>>>();
  let pause: Promise<Outcome<string>> | undefined;

  const network = async (spec: NetworkSpec): Promise<Outcome<void>> => {
    const ready = networks.get(spec.name) ?? runtime.ensureNetwork(spec);
    networks.set(spec.name, ready);
    const outcome = await ready;
    if (!outcome.ok && networks.get(spec.name) === ready) networks.delete(spec.name);
    return outcome;
  };

  const interfaceOf = ({ payload, namespace }: TaskContext): TaskInterface | undefined => (namespace === undefined ? undefined : taskInterfaceSpec(payload, namespace));
  const attach = async (context: TaskContext): Promise<Outcome<void>> => {
    const wanted = interfaceOf(context);
    if (wanted === undefined) return done(undefined);
    return interfaces?.attach(wanted) ?? failed('ResourceInitializationError', `this host has no way to make the network namespace ${wanted.namespace}`);
  };
  /** On the bridge, which somebody may have removed since it was last seen. */
  const join = async (context: TaskContext, spec: NetworkSpec): Promise<Outcome<void>> => {
    const made = await network(spec);
    if (!made.ok || context.namespace === undefined) return made;
    const first = await attach(context);
    if (first.ok || /already in use/.test(first.failure.message)) return first;
    networks.delete(spec.name);
    interfaces?.forget();
    const again = await network(spec);
    return again.ok ? attach(context) : again;
  };
  const detach = async (context: TaskContext): Promise<Outcome<void>> => {
    const made = interfaceOf(context);
    return made === undefined || interfaces === undefined ? done(undefined) : interfaces.detach(made);
  };

  const pauseImage = async (context: TaskContext): Promise<Outcome<void>> => {
    pause ??= runtime.ensurePauseImage();
    const outcome = await pause;
    if (!outcome.ok) {
      pause = undefined;
      return resourceFailure(outcome);
    }
    context.pauseImage = outcome.value;
    return done(undefined);
  };

  return {
    async prepare(context, plan) {
      const problem = planProblem(plan);
      if (problem !== undefined) return failed('ResourceInitializationError', problem);
      const { payload } = context;
      const work: Promise<Outcome<void>>[] = [volumes(runtime, context, agentId)];
      if (payload.cpu > 0 || payload.memory > 0) work.push(group(runtime, context));
      if (payload.networkMode === 'awsvpc') {
        const eni = taskInterface(payload);
        const endpoint = taskEndpoint(payload);
        if (eni === undefined || typeof endpoint === 'string') return failed('ResourceInitializationError', String(endpoint));
        work.push(join(context, vpcNetwork(eni)));
        if (vpcs !== undefined) work.push(vpcs.ready(eni.vpcId, eni.ec2Id));
      }
      if (namespaces(payload, context.namespace !== undefined).pause) work.push(pauseImage(context));
      work.push(ranges(runtime, context));
      const outcomes = await Promise.all(work);
      return outcomes.find((o) => !o.ok) ?? done(undefined);
    },
    async release(context) {
      const outcome = await detach(context);
      if (!outcome.ok) log.warn('could not detach the network interface of a task', { task: context.payload.arn, problem: outcome.failure.message });
    },
    async clean(context) {
      const { payload } = context;
      const clean = [await removeContainers(runtime, payload.arn)];
      if (!clean[0]?.ok) return false;
      clean.push(await detach(context));
      for (const name of planVolumes(payload, agentId).removeLater) clean.push(await runtime.removeVolume(name));
      if (payload.cpu > 0 || payload.memory > 0) clean.push(await runtime.removeTaskGroup(taskGroupId(payload.arn)));
      const problems = clean.flatMap((o) => (o.ok ? [] : [o.failure.message]));
      if (problems.length > 0) log.warn('could not clean up after a task', { task: payload.arn, problems });
      return problems.length === 0;
    },
    forget() {
      networks.clear();
      interfaces?.forget();
      pause = undefined;
    },
    async sweep(live) {
      await interfaces?.sweep(agentId, new Set(live.flatMap(({ namespace }) => namespace ?? [])));
      const listed = await runtime.listNetworks({ name: LABELS.networkOf, value: 'vpc' });
      const used = new Set(live.flatMap(({ payload }) => taskInterface(payload) ?? []).map((eni) => vpcNetwork(eni).name));
      for (const { name, labels } of listed.ok ? listed.value : []) {
        if (used.has(name) || vpcs?.holds(labels[LABELS.vpc] ?? '') === true) continue;
        networks.delete(name);
        await runtime.removeNetwork(name);
        interfaces?.forget();
      }
    },
  };
}

async function group(runtime: Runtime, context: TaskContext): Promise<Outcome<void>> {
  const { arn, cpu, memory } = context.payload;
  const outcome = await runtime.ensureTaskGroup({ id: taskGroupId(arn), cpu, memoryBytes: memory * MIB });
  if (!outcome.ok) return resourceFailure(outcome);
  context.cgroupParent = outcome.value;
  return done(undefined);
}

async function volumes(runtime: Runtime, context: TaskContext, agentId: string): Promise<Outcome<void>> {
  const plan = planVolumes(context.payload, agentId);
  if (plan.problem !== undefined) return failed('ResourceInitializationError', plan.problem);
  for (const spec of plan.ensure) {
    const outcome = await runtime.ensureVolume(spec);
    if (!outcome.ok) return resourceFailure(outcome);
  }
  for (const name of requiredVolumes(context.payload)) {
    const outcome = await runtime.hasVolume(name);
    if (!outcome.ok) return resourceFailure(outcome);
    if (!outcome.value) return failed('ResourceInitializationError', `volume ${name} does not exist on this host and autoprovision is off`);
  }
  return done(undefined);
}

/** Free host ports in a row for every containerPortRange. Chosen once: a second preparation keeps them. */
async function ranges(runtime: Runtime, context: TaskContext): Promise<Outcome<void>> {
  for (const container of context.payload.containers) {
    const starts: Record<string, number> = { ...context.rangeStarts.get(container.name) };
    for (const range of rangesToFind(context.payload, container)) {
      if (starts[range.key] !== undefined) continue;
      const found = await runtime.findPortRange(range.count, range.protocol);
      if (!found.ok) return resourceFailure(found);
      starts[range.key] = found.value;
    }
    if (Object.keys(starts).length > 0) context.rangeStarts.set(container.name, starts);
  }
  return done(undefined);
}

async function removeContainers(runtime: Runtime, taskArn: string): Promise<Outcome<void>> {
  const found = await runtime.list({ name: LABELS.taskArn, value: taskArn });
  if (!found.ok) return found;
  const outcomes = await Promise.all(found.value.map(({ id }) => runtime.remove(id)));
  return outcomes.find((o) => !o.ok) ?? done(undefined);
}

/** Whatever went wrong here, ECS calls it so; only the runtime's absence keeps its own name and is waited out. */
function resourceFailure(outcome: Outcome<unknown>): Outcome<never> {
  if (outcome.ok) throw new Error('not a failure');
  if (outcome.failure.name === 'RuntimeUnavailable' || outcome.failure.name === 'ResourceInitializationError') return outcome;
  return failed('ResourceInitializationError', outcome.failure.message);
}
