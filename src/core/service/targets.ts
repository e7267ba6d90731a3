// Registers a service's task with its target groups while it runs, and takes it out again: drained before a stop, at once
// when it died (SPEC.md SV19 to SV22).
import type { Plan } from '../task/plan.ts';
import { isDraining } from '../task/stop.ts';
import type { Target } from '#model/load-balancer.ts';
import type { Task, TaskLoadBalancer } from '#model/task.ts';

export interface GroupView {
  readonly targetType: 'instance' | 'ip';
  /** `deregistration_delay.timeout_seconds` */
  readonly deregistrationDelayMs: number;
}

export interface TargetsSnapshot {
  /** Undefined when its row is gone: whatever is left of it goes. */
  readonly task: Task | undefined;
  /** Registered for it. */
  readonly targets: readonly Target[];
  readonly groups: ReadonlyMap<string, GroupView>;
  /** Of its interface. */
  readonly privateIpAddress?: string | undefined;
  /** Its host as a target: id and address. */
  readonly host?: { readonly id: string; readonly address: string } | undefined;
  /** Its containers share the host's network: ports are what the definition says. */
  readonly hostNetwork: boolean;
}

export type TargetsAction =
  | { readonly kind: 'putTarget'; readonly target: Target }
  | { readonly kind: 'deleteTarget'; readonly target: Target }
  | { readonly kind: 'endDraining'; readonly taskArn: string }
  /** What follows `(service X) `. */
  | { readonly kind: 'event'; readonly words: string };

const FINAL: ReadonlySet<string> = new Set(['STOPPING', 'DEPROVISIONING', 'STOPPED']);

export function planTargets(snapshot: TargetsSnapshot, now: number): Plan<TargetsAction> {
  const { task, targets } = snapshot;
  if (task === undefined) return remove(targets, 'the task is gone');
  if (isDraining(task)) return drain(snapshot, task, now);
  if (task.desiredStatus === 'STOPPED' || FINAL.has(task.lastStatus)) return remove(targets, 'the task does not run any more');
  if (task.lastStatus !== 'RUNNING') return { actions: [], why: 'the task does not run yet' };
  return register(snapshot, task, now);
}

/** SV19. */
function register(snapshot: TargetsSnapshot, task: Task, now: number): Plan<TargetsAction> {
  const actions = (task.loadBalancers ?? []).flatMap((wanted): TargetsAction[] => {
    if (snapshot.targets.some((target) => target.targetGroupArn === wanted.targetGroupArn)) return [];
    const place = placeOf(snapshot, task, wanted);
    if (place === undefined) return [];
    const health = { state: 'initial', reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress', since: now } as const;
    const zone = task.availabilityZone === undefined ? {} : { availabilityZone: task.availabilityZone };
    const target: Target = { targetGroupArn: wanted.targetGroupArn, ...place, ...zone, taskArn: task.arn, registeredAt: now, health };
    return [{ kind: 'putTarget', target }, { kind: 'event', words: `registered 1 targets in (target-group ${wanted.targetGroupArn})` }];
  });
  return { actions, why: 'the task runs' };
}

/** Undefined while its address or host port is not known. */
function placeOf(snapshot: TargetsSnapshot, task: Task, wanted: TaskLoadBalancer): Pick<Target, 'id' | 'port' | 'address'> | undefined {
  const group = snapshot.groups.get(wanted.targetGroupArn);
  if (group === undefined) return undefined;
  if (group.targetType === 'ip') {
    const address = snapshot.privateIpAddress ?? snapshot.host?.address;
    const port = snapshot.privateIpAddress === undefined ? hostPort(snapshot, task, wanted) : wanted.containerPort;
    return address === undefined || port === undefined ? undefined : { id: address, address, port };
  }
  const port = hostPort(snapshot, task, wanted);
  return snapshot.host === undefined || port === undefined ? undefined : { ...snapshot.host, port };
}

function hostPort({ hostNetwork }: TargetsSnapshot, task: Task, { containerName, containerPort }: TaskLoadBalancer): number | undefined {
  if (hostNetwork) return containerPort;
  const bindings = task.containers.find((c) => c.name === containerName)?.networkBindings ?? [];
  return bindings.find((binding) => binding.containerPort === containerPort)?.hostPort;
}

/** Of the two minutes of a spot notice, what is left beside the time a container gets to stop in. */
const SPOT_DRAIN_MS = 90_000;

/** SV20, SV21: no new requests from now on; it ends when the balancer says that none are left, or the delay has passed. */
function drain({ targets, groups }: TargetsSnapshot, task: Task, now: number): Plan<TargetsAction> {
  const actions: TargetsAction[] = [];
  let left = 0;
  let wakeAt = Infinity;
  for (const target of targets) {
    const delayMs = Math.min(groups.get(target.targetGroupArn)?.deregistrationDelayMs ?? 0, task.stopCode === 'SpotInterruption' ? SPOT_DRAIN_MS : Infinity);
    const until = (target.drainingSince ?? now) + delayMs;
    if (now >= until) {
      actions.push({ kind: 'deleteTarget', target });
      continue;
    }
    left += 1;
    wakeAt = Math.min(wakeAt, until);
    if (target.drainingSince !== undefined) continue;
    const health = { state: 'draining', reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress', since: now } as const;
    actions.push({ kind: 'putTarget', target: { ...target, drainingSince: now, health } });
    actions.push({ kind: 'event', words: `deregistered 1 targets in (target-group ${target.targetGroupArn})` });
  }
  if (left === 0) actions.push({ kind: 'endDraining', taskArn: task.arn });
  return left === 0 ? { actions, why: 'drained' } : { actions, wakeAt, why: 'draining' };
}

/** SV22. */
function remove(targets: readonly Target[], why: string): Plan<TargetsAction> {
  const actions = targets.flatMap((target): TargetsAction[] => {
    const gone: TargetsAction = { kind: 'deleteTarget', target };
    return target.drainingSince === undefined ? [gone, { kind: 'event', words: `deregistered 1 targets in (target-group ${target.targetGroupArn})` }] : [gone];
  });
  return { actions, why };
}
