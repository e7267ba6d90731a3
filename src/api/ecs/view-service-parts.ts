// Pieces that services, revisions, deployments and task sets show alike.
import type { ServiceSpec } from '#model/service.ts';
import { type Task, tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { Service, ServiceRevision, Shape } from './shapes.ts';

export interface TaskCounts {
  readonly runningCount: number;
  readonly pendingCount: number;
  /** Those that are to run on. */
  readonly wantedCount: number;
}

const PENDING: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

/** What the tasks of a service (`group`), a revision or a task set are doing. A pending task that is to stop counts no more. */
export function countTasks(reader: Reader, index: 'group' | 'revision' | 'taskSet', value: string): TaskCounts {
  let [runningCount, pendingCount, wantedCount] = [0, 0, 0];
  for (const task of reader.by(tasks, index, value)) {
    if (task.lastStatus === 'RUNNING') runningCount++;
    if (isPending(task)) pendingCount++;
    if (task.desiredStatus === 'RUNNING') wantedCount++;
  }
  return { runningCount, pendingCount, wantedCount };
}

function isPending(task: Task): boolean {
  return task.desiredStatus === 'RUNNING' && PENDING.has(task.lastStatus);
}

/** launchType or capacityProviderStrategy: whichever it was made with. */
export function viewCapacity(spec: ServiceSpec): Pick<Shape<Service>, 'launchType' | 'capacityProviderStrategy'> {
  if (spec.capacityProviderStrategy.length > 0) return { capacityProviderStrategy: spec.capacityProviderStrategy };
  return spec.launchType ? { launchType: spec.launchType } : {};
}

/** `platformVersion` as asked for (or else resolved) and `platformFamily`, of Fargate services only. */
export function viewPlatform(spec: ServiceSpec, asked: string | undefined): Pick<Shape<Service>, 'platformVersion' | 'platformFamily'> {
  if (spec.platformVersion === undefined) return {};
  return { platformVersion: asked ?? spec.platformVersion, ...(spec.platformFamily && { platformFamily: spec.platformFamily }) };
}

export function viewNetwork(spec: ServiceSpec): Pick<Shape<Service>, 'networkConfiguration'> {
  return spec.awsvpc ? { networkConfiguration: { awsvpcConfiguration: spec.awsvpc } } : {};
}

/** Carried as given. */
export function viewServiceConnect(spec: ServiceSpec): Pick<Shape<ServiceRevision>, 'serviceConnectConfiguration'> {
  const given = spec.serviceConnectConfiguration as Shape<ServiceRevision>['serviceConnectConfiguration'];
  return given === undefined ? {} : { serviceConnectConfiguration: given };
}

/** A member that is there when its time is. */
export function dateMember<Key extends string>(key: Key, epochMs: number | undefined): { [K in Key]?: Date } {
  return epochMs === undefined ? {} : ({ [key]: new Date(epochMs) } as { [K in Key]?: Date });
}

/** A member that is there when its value is. */
export function member<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
