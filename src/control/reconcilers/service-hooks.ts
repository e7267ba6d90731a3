// Calls the endpoints of lifecycle hooks and writes down what they said. A call may happen twice when the control plane dies
// between the answer and its row: an endpoint must bear that, as Lambda functions must.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { answerHook, hookPayload } from '#core/deployment/hooks.ts';
import type { HookAnswer, HookPayload } from '#core/deployment/hooks.ts';
import { isDeploymentFinished, serviceDeployments } from '#model/service.ts';
import type { HookRun, ServiceDeployment } from '#model/service.ts';
import type { Store } from '#store/store.ts';

/**
 * Posts the payload to a hook's target and gives back what it answered. Must reject, in bounded time, when there is no answer.
 * @param target the hook's hookTargetArn as given: an http(s) URL, or whatever the caller of openServiceHooks maps to one
 */
export type CallHook = (target: string, payload: HookPayload) => Promise<HookAnswer>;

export interface ServiceHooksOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly callHook: CallHook;
}

export interface ServiceHooks {
  close(): void;
}

export function openServiceHooks({ store, clock, log, callHook }: ServiceHooksOptions): ServiceHooks {
  const calling = new Set<string>();
  const timers = new Map<string, Timer>();
  let closed = false;

  const look = (deploymentArn: string): void => {
    const deployment = store.get(serviceDeployments, deploymentArn);
    if (closed || deployment === undefined || isDeploymentFinished(deployment)) return;
    for (const run of deployment.hooks) {
      if (run.status !== 'IN_PROGRESS' || run.callAgainAt === undefined || calling.has(run.hookId)) continue;
      const waitMs = run.callAgainAt - clock.now();
      timers.get(run.hookId)?.cancel();
      if (waitMs > 0) timers.set(run.hookId, clock.after(waitMs, () => look(deploymentArn)));
      else void call(deployment, run);
    }
  };

  const call = async (deployment: ServiceDeployment, run: HookRun): Promise<void> => {
    calling.add(run.hookId);
    timers.delete(run.hookId);
    let answer: HookAnswer | undefined;
    try {
      await store.durable(store.revision);
      answer = await callHook(run.targetArn ?? '', hookPayload(deployment, run));
    } catch (error) {
      log.warn('lifecycle hook failed', { deployment: deployment.arn, stage: run.stage, target: run.targetArn, error: String(error) });
    }
    calling.delete(run.hookId);
    if (closed) return;
    store.transact((tx) => {
      const now = tx.get(serviceDeployments, deployment.arn);
      const current = now?.hooks.find((r) => r.hookId === run.hookId);
      if (now === undefined || current?.status !== 'IN_PROGRESS') return;
      const next = answerHook(current, answer, clock.now());
      tx.put(serviceDeployments, { ...now, hooks: now.hooks.map((r) => (r.hookId === run.hookId ? next : r)), updatedAt: clock.now() });
    });
  };

  const unwatch = store.watch(({ changes }) => {
    for (const { table, key } of changes) {
      // A watcher must not transact: the call is made after the commit.
      if (table.name === serviceDeployments.name) queueMicrotask(() => look(key));
    }
  });
  for (const deployment of store.all(serviceDeployments)) look(deployment.arn);

  return {
    close() {
      closed = true;
      unwatch();
      for (const timer of timers.values()) timer.cancel();
    },
  };
}
