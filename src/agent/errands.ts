// Does what core/task-run decided: one step, then the facts that came of it. Nothing here decides what comes next.
import { never } from '#base/assert.ts';
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import type { Clock } from '#base/clock.ts';
import { delay } from '#base/clock.ts';
import type { Fact } from '#core/task-run/fact.ts';
import type { Step } from '#core/task-run/next-steps.ts';
import type { TaskRun } from '#core/task-run/run.ts';
import type { Images } from './images.ts';
import type { Limiter } from './limiter.ts';
import type { MetadataFiles } from './metadata/metadata-file.ts';
import { done, failed } from './runtime.ts';
import type { ContainerInfo, ContainerSpec, Failure, Outcome, Runtime } from './runtime.ts';
import { LABELS, PAUSE_CONTAINER } from './spec/names.ts';
import { awslogsConfig, withStream } from './spec/awslogs-config.ts';
import { renderContainer, renderPause } from './spec/container-spec.ts';
import { hasDynamicPorts, viewBindings } from './spec/ports.ts';
import type { ContainerSecrets, TaskSecrets } from './secrets/task-secrets.ts';
import { hasSecrets } from './secrets/task-secrets.ts';
import { payloadContainer } from './task-context.ts';
import type { TaskContext } from './task-context.ts';
import type { TaskLogs } from './task-logs.ts';
import type { TaskResources } from './task-resources.ts';

export interface ErrandTools {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly images: Images;
  readonly limiter: Limiter;
  readonly resources: TaskResources;
  readonly logs: TaskLogs;
  readonly agentId: string;
  /** Whether interfaces of new awsvpc tasks are the agent's to make; known once the runtime has said what it can. */
  readonly makesNamespaces: boolean;
  readonly ociRuntime: string | undefined;
  readonly maxOpenFiles?: number | undefined;
  /** Environment for metadata and credentials of a container. */
  readonly metadata: (context: TaskContext, container: string) => Readonly<Record<string, string>>;
  /** The container metadata file, where the host has it switched on. */
  readonly metadataFiles?: MetadataFiles | undefined;
  /** Where this host serves Longshore's API to containers. */
  readonly apiUrl?: string | undefined;
  /** Fetches what these containers of a task get that is secret. */
  readonly fetchSecrets: (payload: PayloadTask, wanted: readonly PayloadContainer[]) => Promise<Outcome<TaskSecrets>>;
}

type Post = (fact: Fact) => void;

/** Runs one step of a task to its end; the facts are posted as they become known. Never rejects. */
export async function runErrand(tools: ErrandTools, context: TaskContext, run: TaskRun, step: Step, post: Post): Promise<void> {
  switch (step.do) {
    case 'prepare':
      return prepare(tools, context, run, post);
    case 'pull':
      return pull(tools, context, run, step.container, post);
    case 'create':
      return create(tools, context, step.container, post);
    case 'start':
      return start(tools, context, step.container, run, post);
    case 'stop':
      return stop(tools, run.containers[step.container]?.runtimeId ?? '', step, post);
    default:
      return never(step);
  }
}

async function prepare(tools: ErrandTools, context: TaskContext, run: TaskRun, post: Post): Promise<void> {
  const [resources, secrets] = await Promise.all([persist(tools, () => tools.resources.prepare(context, run.plan)), taskSecrets(tools, context, run)]);
  const outcome = resources.ok ? secrets : resources;
  post(outcome.ok ? { kind: 'prepared' } : { kind: 'prepared', refusal: outcome.failure });
}

/**
 * Fetched once a task, for the containers that are still to be made: one that was made by an earlier life of this agent has them, and a
 * secret that is gone by now is no reason to stop it.
 */
function taskSecrets(tools: ErrandTools, context: TaskContext, run: TaskRun): Promise<Outcome<TaskSecrets>> {
  if (context.secrets !== undefined) return context.secrets;
  const phaseOf = (name: string): string => run.containers[name]?.phase ?? 'none';
  const wanted = context.payload.containers.filter((container) => hasSecrets(container) && ['none', 'pulled'].includes(phaseOf(container.name)));
  context.secrets = wanted.length === 0 ? Promise.resolve(done(new Map())) : persist(tools, () => tools.fetchSecrets(context.payload, wanted));
  return context.secrets;
}

async function pull(tools: ErrandTools, context: TaskContext, run: TaskRun, name: string, post: Post): Promise<void> {
  const container = payloadContainer(context, name);
  if (container === undefined) return;
  const secrets = container.registryAuthentication?.type === 'asm' ? await taskSecrets(tools, context, run) : undefined;
  if (secrets?.ok === false) return post({ kind: 'pulled', container: name, refusal: secrets.failure });
  const outcome = await persist(tools, () => tools.images.ensure(container, secrets?.value.get(name)?.registryAuth));
  if (!outcome.ok) return post({ kind: 'pulled', container: name, refusal: outcome.failure });
  context.images.set(name, outcome.value.reference);
  post({ kind: 'pulled', container: name, ...(outcome.value.digest !== undefined && { imageDigest: outcome.value.digest }) });
}

async function create(tools: ErrandTools, context: TaskContext, name: string, post: Post): Promise<void> {
  const secrets = await context.secrets;
  const spec = renderSpec(tools, context, name, secrets?.ok === true ? secrets.value.get(name) : undefined);
  if (typeof spec === 'string') return post({ kind: 'notCreated', container: name, refusal: { name: 'CannotCreateContainerError', message: spec } });
  prepareLogs(tools, context, name);
  let outcome = await persist(tools, () => tools.limiter.run('later', () => tools.runtime.create(spec)));
  if (!outcome.ok && /no such image/i.test(outcome.failure.message)) outcome = await createAfterPull(tools, context, name, spec);
  if (!outcome.ok && /already in use by container/.test(outcome.failure.message)) outcome = await adopt(tools, spec, outcome.failure);
  post(outcome.ok ? { kind: 'created', container: name, runtimeId: outcome.value } : { kind: 'notCreated', container: name, refusal: outcome.failure });
}

/** The image was here a moment ago and somebody removed it: get it again, once. */
async function createAfterPull(tools: ErrandTools, context: TaskContext, name: string, spec: ContainerSpec): Promise<Outcome<string>> {
  tools.images.forget();
  const container = payloadContainer(context, name);
  const pulled = container === undefined ? tools.runtime.ensurePauseImage() : tools.images.ensure(container);
  const outcome = await pulled;
  return outcome.ok ? persist(tools, () => tools.runtime.create(spec)) : outcome;
}

/** An earlier attempt of ours made it and did not live to see the answer. Names come from the task, so it is this one. */
async function adopt(tools: ErrandTools, spec: ContainerSpec, failure: Failure): Promise<Outcome<string>> {
  const found = await persist(tools, () => tools.runtime.inspect(spec.name));
  if (!found.ok) return found;
  const same = found.value?.labels[LABELS.taskArn] === spec.labels[LABELS.taskArn];
  return same && found.value !== undefined ? { ok: true, value: found.value.id } : { ok: false, failure };
}

/**
 * The log group and stream come first, as with Docker's driver: without them the container does not start. Asked beside the
 * creation, which takes longer, unless the stream's name is the runtime id.
 */
function prepareLogs(tools: ErrandTools, context: TaskContext, name: string, runtimeId?: string): void {
  const container = payloadContainer(context, name);
  const given = container === undefined ? undefined : awslogsConfig(container);
  const options = given !== undefined && runtimeId !== undefined ? withStream(given, runtimeId) : given;
  if (options?.['awslogs-stream'] === undefined || context.logsReady.has(name)) return;
  context.logsReady.set(name, tools.logs.prepare({ taskArn: context.payload.arn, containerName: name, options }));
}

async function start(tools: ErrandTools, context: TaskContext, name: string, run: TaskRun, post: Post): Promise<void> {
  const runtimeId = run.containers[name]?.runtimeId ?? '';
  prepareLogs(tools, context, name, runtimeId);
  const logs = await context.logsReady.get(name);
  // A service that cannot be reached now is the shipper's to try again; one that refuses keeps the container from starting.
  if (logs !== undefined && !logs.ok && !logs.retriable) {
    return post({ kind: 'notStarted', container: name, refusal: { name: 'CannotStartContainerError', message: `Error response from daemon: ${logs.message}` } });
  }
  const attempt = () => persist(tools, () => tools.limiter.run('first', () => tools.runtime.start(runtimeId, context.namespace)));
  let outcome = await attempt();
  if (!outcome.ok && /network \S+ not found|no network namespace was made/.test(outcome.failure.message)) {
    // Somebody tidied up networks that no container was on at that moment, or namespaces.
    tools.resources.forget();
    const prepared = await persist(tools, () => tools.resources.prepare(context, run.plan));
    outcome = prepared.ok ? await attempt() : prepared;
  }
  if (!outcome.ok) {
    const found = await tools.runtime.inspect(runtimeId);
    const exitCode = found.ok ? found.value?.exitCode : undefined;
    return post({ kind: 'notStarted', container: name, refusal: startRefusal(context, outcome.failure), ...(exitCode !== undefined && { exitCode }) });
  }
  const atMs = tools.clock.now();
  await readBindings(tools, context, name, runtimeId);
  if (tools.metadataFiles !== undefined) await completeFile(tools.metadataFiles, tools, context, name, runtimeId);
  post({ kind: 'started', container: name, atMs });
}

async function completeFile(files: MetadataFiles, { runtime }: ErrandTools, { payload }: TaskContext, name: string, runtimeId: string): Promise<void> {
  const found = await runtime.inspect(runtimeId);
  if (found.ok && found.value !== undefined) files.complete(payload, name, found.value);
}

/** Host ports chosen by the runtime are known only now, and RUNNING has to carry them. */
async function readBindings(tools: ErrandTools, context: TaskContext, name: string, runtimeId: string): Promise<void> {
  const container = payloadContainer(context, name);
  if (container === undefined) return;
  const info = hasDynamicPorts(context.payload, container) ? await tools.runtime.inspect(runtimeId) : undefined;
  noteBindings(context, name, info?.ok === true ? info.value : undefined);
}

/** Notes how a running container's ports are bound. */
export function noteBindings(context: TaskContext, name: string, info: ContainerInfo | undefined): void {
  const container = payloadContainer(context, name);
  if (container === undefined) return;
  context.bindings.set(name, viewBindings(context.payload, container, info?.ports ?? [], context.rangeStarts.get(name) ?? {}));
}

/** An address that somebody else has is a fault of the task's network, not of the container. */
function startRefusal(context: TaskContext, failure: Failure): Failure {
  const address = context.payload.elasticNetworkInterfaces?.[0]?.ipv4Addresses[0]?.privateAddress;
  if (context.payload.networkMode !== 'awsvpc' || !/address already in use/i.test(failure.message)) return failure;
  return { name: 'ResourceInitializationError', message: `unable to attach network interface: address ${address ?? ''} is already in use on this host: ${failure.message}` };
}

async function stop(tools: ErrandTools, runtimeId: string, step: Extract<Step, { do: 'stop' }>, post: Post): Promise<void> {
  const outcome = await persist(tools, () => tools.runtime.stop(runtimeId, step.timeoutMs));
  const exit = outcome.ok ? await readExit(tools, runtimeId, undefined) : undefined;
  if (exit !== undefined) post({ ...exit, container: step.container });
  post({ kind: 'stopEnded', container: step.container, ...(!outcome.ok && { refusal: outcome.failure }) });
}

/**
 * The exit of a container that is said to have ended; undefined when it runs after all. Inspect also waits until the
 * engine has released the container's address and ports, so that whoever hears of the exit may use them again.
 * @param exitCode as an event told it, for a container that is gone already
 */
export async function readExit(tools: Pick<ErrandTools, 'runtime' | 'clock'>, runtimeId: string, exitCode: number | undefined): Promise<Omit<Extract<Fact, { kind: 'exited' }>, 'container'> | undefined> {
  let found = await persist(tools, () => tools.runtime.inspect(runtimeId));
  // An end must not be lost because the engine was slow to tell about it.
  while (!found.ok) {
    await delay(tools.clock, RETRY_MAX_MS);
    found = await persist(tools, () => tools.runtime.inspect(runtimeId));
  }
  if (found.value === undefined) return { kind: 'exited', exit: { ...(exitCode !== undefined && { exitCode }), oomKilled: false, finishedAtMs: tools.clock.now() } };
  return found.value.state === 'exited' ? exitOf(found.value, tools.clock.now()) : undefined;
}

export function exitOf(info: ContainerInfo, nowMs: number): Omit<Extract<Fact, { kind: 'exited' }>, 'container'> {
  return {
    kind: 'exited',
    exit: { ...(info.exitCode !== undefined && { exitCode: info.exitCode }), oomKilled: info.oomKilled, finishedAtMs: info.finishedAtMs ?? nowMs, error: info.error },
  };
}

function renderSpec(tools: ErrandTools, context: TaskContext, name: string, secrets: ContainerSecrets | undefined): ContainerSpec | string {
  const file = tools.metadataFiles?.prepare(context.payload, name);
  const common = {
    agentId: tools.agentId,
    attached: context.namespace !== undefined,
    ...(context.cgroupParent !== undefined && { cgroupParent: context.cgroupParent }),
    rangeStarts: context.rangeStarts.get(name) ?? {},
    environment: { ...tools.metadata(context, name), ...file?.environment },
    ...(file !== undefined && { binds: file.binds }),
    ...(tools.apiUrl !== undefined && { apiUrl: tools.apiUrl }),
    ...(secrets !== undefined && { secrets }),
    ...(tools.ociRuntime !== undefined && { ociRuntime: tools.ociRuntime }),
    ...(tools.maxOpenFiles !== undefined && { maxOpenFiles: tools.maxOpenFiles }),
  };
  if (name === PAUSE_CONTAINER) return renderPause(context.payload, context.pauseImage ?? '', common);
  const container = payloadContainer(context, name);
  if (container === undefined) return `no container ${name} in the payload`;
  return renderContainer(context.payload, container, { ...common, image: context.images.get(name) ?? tools.images.reference(container) });
}

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2000;

/** Tries again for as long as the runtime does not answer: its absence is no reason to give up a task. */
export async function persist<T>(tools: Pick<ErrandTools, 'clock'>, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  for (let waitMs = RETRY_MIN_MS; ; waitMs = Math.min(RETRY_MAX_MS, waitMs * 2)) {
    const outcome = await attempt().catch((error: unknown) => failed('CannotInspectContainerError', error instanceof Error ? error.message : String(error)));
    if (outcome.ok || outcome.failure.name !== 'RuntimeUnavailable') return outcome;
    await delay(tools.clock, waitMs);
  }
}
