// A plan in the making: the rows as they will be, and the actions so far.
import type { Plan } from '../task/plan.ts';
import { lastSegment } from '#model/arn.ts';
import type { Service, ServiceDeployment, ServiceScheduler } from '#model/service.ts';
import type { ServiceAction, ServiceSnapshot, TaskView } from './snapshot.ts';

export interface Draft {
  readonly snapshot: ServiceSnapshot;
  readonly now: number;
  service: Service;
  scheduler: ServiceScheduler;
  /** The current deployment. */
  deployment: ServiceDeployment | undefined;
  readonly actions: ServiceAction[];
  wakeAt: number;
  readonly why: string[];
}

export function openDraft(snapshot: ServiceSnapshot, now: number): Draft {
  const { service, scheduler, deployments } = snapshot;
  return {
    snapshot,
    now,
    service,
    scheduler: scheduler ?? { serviceArn: service.arn, steady: false, productionSlot: 'primary', failureRounds: 0 },
    deployment: deployments.find((d) => d.arn === service.currentDeploymentArn),
    actions: [],
    wakeAt: Infinity,
    why: [],
  };
}

export function closeDraft(draft: Draft): Plan<ServiceAction> {
  const { snapshot, actions } = draft;
  const before = snapshot.deployments.find((d) => d.arn === snapshot.service.currentDeploymentArn);
  const last = (action: ServiceAction): boolean => action.kind === 'launch' || action.kind === 'startHook';
  const launches = actions.filter(last);
  const others = actions.filter((action) => !last(action));
  if (draft.deployment !== undefined && draft.deployment !== before) others.push({ kind: 'putDeployment', deployment: { ...draft.deployment, updatedAt: draft.now } });
  if (draft.service !== snapshot.service) others.push({ kind: 'putService', service: draft.service });
  if (draft.scheduler !== snapshot.scheduler && draft.service.status === 'ACTIVE') others.push({ kind: 'putScheduler', scheduler: draft.scheduler });
  const why = draft.why.join('; ') || 'nothing to do';
  // Launches and hooks come last: they add to rows that are put here.
  const all = [...others, ...launches];
  return draft.wakeAt === Infinity ? { actions: all, why } : { actions: all, wakeAt: draft.wakeAt, why };
}

/** Look again at `at`, or sooner. */
export function wake(draft: Draft, at: number | undefined): void {
  if (at !== undefined && at > draft.now && at < draft.wakeAt) draft.wakeAt = at;
}

/** A service event; `(service X) ` is put before it. */
export function say(draft: Draft, words: string): void {
  draft.actions.push({ kind: 'event', message: `(service ${draft.service.name}) ${words}` });
}

export function remember(draft: Draft, change: Partial<ServiceScheduler>): void {
  if (says(change, draft.scheduler)) draft.scheduler = { ...draft.scheduler, ...change };
}

export function changeDeployment(draft: Draft, change: Partial<ServiceDeployment>): void {
  if (draft.deployment !== undefined && says(change, draft.deployment)) draft.deployment = { ...draft.deployment, ...change };
}

/** True when a change says anything new: a row that is put without need is looked at again for nothing, for ever. */
function says<Row extends object>(change: Partial<Row>, row: Row): boolean {
  return Object.entries(change).some(([name, value]) => row[name as keyof Row] !== value);
}

/** Stops tasks and says so. */
export function stopTasks(draft: Draft, stops: readonly { readonly task: TaskView; readonly reason: string }[]): void {
  if (stops.length === 0) return;
  for (const { task, reason } of stops) draft.actions.push({ kind: 'stop', taskArn: task.arn, reason });
  const draining = stops.filter(({ task }) => task.lastStatus === 'RUNNING' && task.targets.length > 0).length;
  if (draining > 0) say(draft, `has begun draining connections on ${draining} tasks.`);
  const running = stops.filter(({ task }) => task.lastStatus === 'RUNNING');
  if (running.length > 0) say(draft, `has stopped ${running.length} running tasks: ${running.map(({ task }) => `(task ${lastSegment(task.arn)})`).join(' ')}.`);
  if (running.length < stops.length) say(draft, `stopped ${stops.length - running.length} pending tasks.`);
  draft.why.push(`stop ${stops.length}`);
}

/** Tasks that are to run. */
export function wantedTasks(tasks: readonly TaskView[]): TaskView[] {
  return tasks.filter((task) => task.desiredStatus === 'RUNNING');
}

/** Those of them that anybody can count on. */
export function liveTasks(tasks: readonly TaskView[]): TaskView[] {
  return tasks.filter((task) => task.desiredStatus === 'RUNNING' && !task.lost);
}
