// All tasks of this host: takes orders, keeps a runner for each, writes down what must outlive the agent, reports, cleans up.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { isOver } from '#core/task-run/next-steps.ts';
import { dueReports, markOf, viewReport } from '#core/task-run/report.ts';
import type { ReportMark } from '#core/task-run/report.ts';
import { newRun } from '#core/task-run/run.ts';
import type { TaskRun } from '#core/task-run/run.ts';
import type { SubmitTaskRequest } from '#link/agent-api.ts';
import type { PayloadTask, TaskIdentifier, TaskManifestMessage } from '#link/messages.ts';
import { noteBindings, persist, readExit, runErrand } from './errands.ts';
import { withoutCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import type { ErrandTools } from './errands.ts';
import { mayAttach, namespaceName } from './network/task-interfaces.ts';
import { recoverRun } from './recover.ts';
import type { Reporter } from './reporter.ts';
import type { ContainerInfo, RuntimeEvent } from './runtime.ts';
import type { StateStore } from './state-store.ts';
import { LABELS } from './spec/names.ts';
import { planTask } from './spec/task-plan.ts';
import { newTaskContext } from './task-context.ts';
import type { TaskContext } from './task-context.ts';
import type { TaskLogs } from './task-logs.ts';
import { orderKey, overKey, progressKey, recordProgress } from './task-record.ts';
import type { OrderRecord, OverRecord, ProgressRecord } from './task-record.ts';
import { renderReport } from './task-report.ts';
import { awslogsConfig, withStream } from './spec/awslogs-config.ts';
import { openTaskRunner } from './task-runner.ts';
import type { TaskRunner } from './task-runner.ts';

export interface TasksOptions {
  readonly tools: ErrandTools;
  readonly clock: Clock;
  readonly log: Logger;
  readonly state: StateStore;
  readonly reporter: Reporter;
  readonly logs: TaskLogs;
  readonly stopTimeoutMs: number;
  readonly cleanupDelayMs: number;
  /** Why a task may not run on this host, or undefined. */
  readonly refuse: (payload: PayloadTask) => string | undefined;
  readonly healthChanged: (runner: TaskRunner) => void;
  readonly credentials: Credentials;
}

export interface Tasks {
  readonly runners: ReadonlyMap<string, TaskRunner>;
  /** Finds the tasks of an earlier life again; resolves when each is under way from where it stood. */
  recover(): Promise<void>;
  /** Takes an order. Idempotent on the task's ARN; a stop overrides whatever was ordered before. Throws when it cannot be read. */
  take(payload: PayloadTask, seqNum: number): void;
  /** What runs here against the manifest's will. Things of tasks that it does not know, and that we do not either, are removed. */
  compare(manifest: TaskManifestMessage): TaskIdentifier[];
  stop(taskArn: string): void;
  onEvent(event: RuntimeEvent): void;
  close(): void;
}

interface Entry {
  readonly runner: TaskRunner;
  /** The last report made. */
  reported: ReportMark | undefined;
  /** The last report that the control plane acknowledged. */
  heard: ReportMark | undefined;
  /** By runtime id: whether its end was told to the shipper. */
  readonly followed: Map<string, boolean>;
  health: string;
  cleaning: boolean;
}

/** How long an ended task is remembered: longer than any order for it may be under way. */
const REMEMBER_MS = 3 * 3600_000;
const CLEAN_RETRY_MS = 5000;

export function openTasks(options: TasksOptions): Tasks {
  const { tools, clock, log, state, reporter } = options;
  const entries = new Map<string, Entry>();
  const runners = new Map<string, TaskRunner>();
  const byContainer = new Map<string, { entry: Entry; name: string }>();
  const over = new Map<string, OverRecord>();
  /** Containers of ours whose order is not known (yet), by task. */
  let orphans = new Map<string, ContainerInfo[]>();

  const open = (context: TaskContext, run: TaskRun, heard: ReportMark | undefined): Entry => {
    const runner = openTaskRunner({
      context, run, clock,
      perform: (...step) => runErrand(tools, ...step),
      changed: () => changed(entry),
    });
    const entry: Entry = { runner, reported: heard, heard, followed: new Map(), health: '', cleaning: false };
    entries.set(runner.arn, entry);
    runners.set(runner.arn, runner);
    return entry;
  };

  const changed = (entry: Entry): void => {
    const { runner } = entry;
    for (const [name, container] of Object.entries(runner.run.containers)) {
      if (container.runtimeId !== undefined) byContainer.set(container.runtimeId, { entry, name });
    }
    followLogs(entry, options.logs);
    report(entry);
    save(entry);
    const health = Object.values(runner.run.containers).map((c) => c.health).join();
    if (entry.health !== health) {
      entry.health = health;
      options.healthChanged(runner);
    }
  };

  const save = (entry: Entry): void => {
    if (!entry.cleaning) state.put(progressKey(entry.runner.arn), recordProgress(entry.runner.run, entry.runner.context, entry.heard));
  };

  const report = (entry: Entry): void => {
    const { runner } = entry;
    for (const due of dueReports(entry.reported, runner.run)) {
      const mark = markOf(due);
      entry.reported = mark;
      const submit = (): void => reporter.submit(renderReport(runner.context, due), () => {
        entry.heard = mark;
        save(entry);
        finish(entry);
      });
      // Whoever hears that it has stopped may give its address to another task.
      if (due.status === 'STOPPED' && runner.context.namespace !== undefined) void tools.resources.release(runner.context).then(submit);
      else submit();
    }
    finish(entry);
  };

  /** Once the task has ended and everybody knows, nothing of it stays here. */
  const finish = (entry: Entry): void => {
    if (entry.cleaning || entry.heard?.status !== 'STOPPED' || !isOver(entry.runner.run)) return;
    entry.cleaning = true;
    void clean(entry);
  };

  const clean = async (entry: Entry): Promise<void> => {
    const { runner } = entry;
    const ids = Object.values(runner.run.containers).flatMap((c) => c.runtimeId ?? []);
    await Promise.all(ids.filter((id) => entry.followed.has(id)).map((id) => options.logs.drained(id)));
    if (options.cleanupDelayMs > 0) await new Promise<void>((resolve) => clock.after(options.cleanupDelayMs, resolve));
    // The dead containers are the proof that the task ran: they may go only once our own record of its end survives a power loss.
    await state.flush();
    while (!(await tools.resources.clean(runner.context))) await new Promise<void>((resolve) => clock.after(CLEAN_RETRY_MS, resolve));
    tools.metadataFiles?.remove(runner.arn);
    for (const id of ids) {
      byContainer.delete(id);
      options.logs.forget(id);
    }
    bury(runner.arn, finalReport(runner));
    runner.close();
    entries.delete(runner.arn);
    runners.delete(runner.arn);
  };

  const bury = (arn: string, request: SubmitTaskRequest): void => {
    const record: OverRecord = { atMs: clock.now(), request };
    over.set(arn, record);
    state.put(overKey(arn), record);
    state.put(orderKey(arn), undefined);
    options.credentials.forget(arn);
    state.put(progressKey(arn), undefined);
    for (const [known, { atMs }] of over) {
      if (clock.now() - atMs <= REMEMBER_MS) break;
      over.delete(known);
      state.put(overKey(known), undefined);
    }
  };

  const begin = (payload: PayloadTask, seqNum: number): void => {
    options.credentials.takeFrom(payload);
    const namespace = tools.makesNamespaces && mayAttach(payload) ? namespaceName(tools.agentId, payload.arn) : undefined;
    const context = newTaskContext(payload, namespace);
    const plan = planTask(payload, options.stopTimeoutMs, namespace !== undefined);
    state.put(orderKey(payload.arn), { payload: withoutCredentials(payload), seqNum, ...(namespace !== undefined && { namespace }) } satisfies OrderRecord);
    const found = byName(orphans.get(payload.arn) ?? []);
    orphans.delete(payload.arn);
    const entry = open(context, recoverRun(newRun(plan), undefined, found, clock.now()), undefined);
    const refusal = options.refuse(payload);
    if (refusal === undefined) entry.runner.post({ kind: 'tick' });
    else entry.runner.post({ kind: 'ordered', desired: 'STOPPED', reason: `ResourceInitializationError: ${refusal}` });
  };

  const recoverOne = async (order: OrderRecord, infos: readonly ContainerInfo[]): Promise<void> => {
    const { payload, namespace } = order;
    const record = state.entries.get(progressKey(payload.arn)) as ProgressRecord | undefined;
    const context = newTaskContext(payload, namespace);
    for (const [name, starts] of Object.entries(record?.rangeStarts ?? {})) context.rangeStarts.set(name, starts);
    const found = byName(infos);
    for (const [name, info] of found) if (info.state === 'running') noteBindings(context, name, info);
    const run = recoverRun(newRun(planTask(payload, options.stopTimeoutMs, namespace !== undefined)), record, found, clock.now());
    open(context, run, record?.heard).runner.post({ kind: 'tick' });
  };

  /**
   * A container that we believe to run may have ended while nobody listened. Each is inspected: Docker's listing may still
   * call it running after its `die` was sent to those who listened then.
   */
  const resync = async (): Promise<void> => {
    tools.images.forget();
    tools.resources.forget();
    const believed = [...entries.values()].flatMap(({ runner }) =>
      Object.entries(runner.run.containers).flatMap(([name, c]) => (c.phase === 'running' && c.runtimeId !== undefined ? [{ runner, name, id: c.runtimeId }] : [])));
    for (const { runner, name, id } of believed) {
      const found = await persist(tools, () => tools.runtime.inspect(id));
      if (!found.ok) continue;
      if (found.value?.state === 'running') postHealth(runner, name, found.value.health, clock.now());
      else await ended(id, undefined);
    }
  };

  const ended = async (id: string, exitCode: number | undefined): Promise<void> => {
    const known = byContainer.get(id);
    if (known === undefined) return;
    const exit = await readExit(tools, id, exitCode);
    if (exit !== undefined) known.entry.runner.post({ ...exit, container: known.name });
  };

  return {
    runners,
    async recover() {
      const orders = new Map<string, OrderRecord>();
      for (const [key, value] of state.entries) {
        if (key.startsWith('order/')) orders.set(key.slice('order/'.length), value as OrderRecord);
        if (key.startsWith('over/')) over.set(key.slice('over/'.length), value as OverRecord);
      }
      const containers = await inspectAll(tools);
      for (const order of orders.values()) await recoverOne(order, containers.get(order.payload.arn) ?? []);
      orphans = new Map([...containers].filter(([arn]) => !orders.has(arn)));
      if (orders.size > 0 || orphans.size > 0) log.info('found tasks of an earlier life', { tasks: orders.size, withoutOrder: orphans.size });
    },
    take(payload, seqNum) {
      const entry = entries.get(payload.arn);
      const buried = over.get(payload.arn);
      if (entry !== undefined) {
        if (payload.desiredStatus === 'STOPPED') entry.runner.post({ kind: 'ordered', desired: 'STOPPED' });
        else if (isOver(entry.runner.run) && entry.heard?.status === 'STOPPED') reporter.submit(finalReport(entry.runner), () => {});
      } else if (buried !== undefined) reporter.submit(buried.request, () => {});
      else if (payload.desiredStatus === 'STOPPED') {
        const request: SubmitTaskRequest = { cluster: payload.taskClusterArn, task: payload.arn, status: 'STOPPED' };
        bury(payload.arn, request);
        reporter.submit(request, () => {});
        removeOrphans(tools, orphans, (arn) => arn === payload.arn);
      } else begin(payload, seqNum);
    },
    compare(manifest) {
      const wanted = new Map(manifest.tasks.map((t) => [t.taskArn, t]));
      for (const { taskArn } of manifest.tasks) {
        const buried = over.get(taskArn);
        if (buried !== undefined && wanted.get(taskArn)?.desiredStatus === 'RUNNING') reporter.submit(buried.request, () => {});
      }
      removeOrphans(tools, orphans, (arn) => !wanted.has(arn));
      return [...entries.values()]
        .filter(({ runner }) => runner.run.desired === 'RUNNING' && wanted.get(runner.arn)?.desiredStatus !== 'RUNNING')
        .map(({ runner }) => ({ taskArn: runner.arn, taskClusterArn: runner.context.payload.taskClusterArn, desiredStatus: 'STOPPED' as const }));
    },
    stop: (taskArn) => entries.get(taskArn)?.runner.post({ kind: 'ordered', desired: 'STOPPED' }),
    onEvent(event) {
      if (event.kind === 'opened') return void resync();
      if (event.kind === 'died') return void ended(event.id, event.exitCode);
      if (event.kind !== 'health') return;
      const known = byContainer.get(event.id);
      if (known !== undefined) postHealth(known.entry.runner, known.name, event.health, event.atMs);
    },
    close() {
      for (const { runner } of entries.values()) runner.close();
    },
  };
}

function finalReport(runner: TaskRunner): SubmitTaskRequest {
  return renderReport(runner.context, viewReport(runner.run));
}

function postHealth(runner: TaskRunner, container: string, health: ContainerInfo['health'], atMs: number): void {
  if (health !== 'healthy' && health !== 'unhealthy') return;
  if (!runner.context.payload.containers.some((c) => c.name === container && c.healthCheckType !== undefined)) return;
  runner.post({ kind: 'health', container, health: health === 'healthy' ? 'HEALTHY' : 'UNHEALTHY', atMs });
}

/** A container's start is told to the shipper, and its end: what has ended is drained at once, not only with its task. */
function followLogs(entry: Entry, logs: TaskLogs): void {
  const { runner } = entry;
  for (const container of runner.context.payload.containers) {
    const state = runner.run.containers[container.name];
    if (state?.runtimeId === undefined || state.startedAtMs === undefined) continue;
    const options = awslogsConfig(container);
    if (options === undefined) continue;
    if (!entry.followed.has(state.runtimeId)) {
      entry.followed.set(state.runtimeId, false);
      logs.follow({ taskArn: runner.arn, containerName: container.name, runtimeId: state.runtimeId, options: withStream(options, state.runtimeId) });
    }
    if (state.phase === 'stopped' && entry.followed.get(state.runtimeId) === false) {
      entry.followed.set(state.runtimeId, true);
      void logs.drained(state.runtimeId);
    }
  }
}

function byName(infos: readonly ContainerInfo[]): Map<string, ContainerInfo> {
  return new Map(infos.map((info) => [info.labels[LABELS.containerName] ?? '', info]));
}

/** Every container of this agent, by task. */
async function inspectAll(tools: ErrandTools): Promise<Map<string, ContainerInfo[]>> {
  const found = new Map<string, ContainerInfo[]>();
  const listed = await tools.runtime.list({ name: LABELS.agent, value: tools.agentId });
  if (!listed.ok) return found;
  const infos = await Promise.all(listed.value.map(({ id }) => tools.runtime.inspect(id)));
  for (const info of infos) {
    const arn = info.ok ? info.value?.labels[LABELS.taskArn] : undefined;
    if (!info.ok || info.value === undefined || arn === undefined) continue;
    found.set(arn, [...(found.get(arn) ?? []), info.value]);
  }
  return found;
}

function removeOrphans(tools: ErrandTools, orphans: Map<string, ContainerInfo[]>, of: (arn: string) => boolean): void {
  for (const [arn, infos] of [...orphans]) {
    if (!of(arn)) continue;
    orphans.delete(arn);
    for (const { id } of infos) void tools.runtime.remove(id);
  }
}
