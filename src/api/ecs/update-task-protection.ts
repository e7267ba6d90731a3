// UpdateTaskProtection: up to ten tasks of services, protected from scale-in and deployments for a while, or not any more.
import { goalOf } from '#core/deployment/finish.ts';
import { isDeploymentFinished, services } from '#model/service.ts';
import { type Task, tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { serviceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { currentDeployment } from './find-service.ts';
import { requiredCluster, requiredList } from './required.ts';
import type { Failure, ProtectedTask, Shape, UpdateTaskProtectionRequest, UpdateTaskProtectionResponse } from './shapes.ts';
import { findProtectable, isTask, protectionFailure, viewProtection, withProtection } from './task-protection.ts';
import { countTasks } from './view-service-parts.ts';

const MAX_TASKS = 10;
const DEFAULT_MINUTES = 120;
const MAX_MINUTES = 2_880;

export function updateTaskProtection(input: Shape<UpdateTaskProtectionRequest>, ctx: EcsContext): Shape<UpdateTaskProtectionResponse> {
  const ref = requiredCluster(input.cluster);
  const refs = requiredList('Tasks', input.tasks, MAX_TASKS);
  if (input.protectionEnabled === undefined) throw invalidParameter('protectionEnabled should not be null or empty.');
  const until = expiry(input, ctx.now);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    const protectedTasks: Shape<ProtectedTask>[] = [];
    const failures: Shape<Failure>[] = [];
    for (const taskRef of new Set(refs)) {
      const found = findProtectable(tx, ctx, cluster, taskRef);
      if (!isTask(found)) failures.push(found);
      else if (until !== undefined && blocksDeployment(tx, ctx, cluster.name, found)) failures.push(protectionFailure(found.arn, 'DEPLOYMENT_BLOCKED'));
      else {
        const changed = withProtection(found, until);
        if (changed.protectedUntil !== found.protectedUntil) tx.put(tasks, changed);
        protectedTasks.push(viewProtection(changed, ctx.now));
      }
    }
    return { protectedTasks, failures };
  });
}

/** When protection ends, epoch milliseconds; undefined to end it now. Throws InvalidParameterException. */
function expiry(input: Shape<UpdateTaskProtectionRequest>, now: number): number | undefined {
  const { expiresInMinutes: minutes = DEFAULT_MINUTES } = input;
  if (!(minutes >= 1 && minutes <= MAX_MINUTES)) throw invalidParameter(`expiresInMinutes must be between 1 and ${MAX_MINUTES}.`);
  return input.protectionEnabled ? now + minutes * 60_000 : undefined;
}

/** True for a task that is all a deployment still waits for: the new tasks run, and this one is of an earlier revision. */
function blocksDeployment(reader: Reader, ctx: EcsContext, cluster: string, task: Task): boolean {
  const service = reader.get(services, serviceArn(ctx, cluster, task.serviceName ?? ''));
  const deployment = service && currentDeployment(reader, service);
  if (!service || !deployment || isDeploymentFinished(deployment)) return false;
  const aim = goalOf(deployment);
  return task.serviceRevisionArn !== aim && countTasks(reader, 'revision', aim).runningCount >= service.desiredCount;
}
