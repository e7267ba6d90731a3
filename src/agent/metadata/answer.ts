// What the metadata and credentials endpoint answers. A caller is the container whose id is in the path and whose address the request
// came from: one without the other is nobody, and nobody learns whether an id exists.
import type { Clock } from '#base/clock.ts';
import type { Credentials } from '../credentials.ts';
import type { InterfaceCounters } from '../network/task-interfaces.ts';
import type { Runtime } from '../runtime.ts';
import type { TaskRunner } from '../task-runner.ts';
import type { Callers } from './callers.ts';
import type { ContainerIds } from './container-ids.ts';
import type { RateMemory } from './network-rates.ts';
import { answerTaskProtection, type CallAsTask } from './task-protection.ts';
import { viewContainer, type MetadataVersion } from './view-container.ts';
import { viewTask } from './view-task.ts';

export interface MetadataSource {
  readonly runners: ReadonlyMap<string, TaskRunner>;
  readonly credentials: Credentials;
  readonly runtime: Pick<Runtime, 'inspect' | 'inspectImage'>;
  /** The engine's own counters of a running container, as it gives them. */
  readonly rawStats: (id: string) => Promise<unknown>;
  /** Counters of a task's interface, where it is not the engine's. */
  readonly counters?: (runner: TaskRunner) => InterfaceCounters | undefined;
  /** Tags of a task or container instance. */
  readonly listTags: (arn: string) => Promise<Readonly<Record<string, string>>>;
  readonly containerInstanceArn: () => string | undefined;
  /** Earlier counters of networks. */
  readonly rates: RateMemory;
  /** For the task protection endpoint. */
  readonly callAsTask: CallAsTask;
  readonly clock: Clock;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Asker {
  readonly runner: TaskRunner;
  readonly container: string;
}

const METADATA = /^\/v([34])\/([0-9a-f]{1,64}-[0-9]{1,40})(\/task|\/taskWithTags|\/stats|\/task\/stats)?\/?$/;
const PROTECTION = /^\/api\/([0-9a-f]{1,64}-[0-9]{1,40})\/task-protection\/v1\/state\/?$/;
const CREDENTIALS = /^\/v2\/credentials\/([0-9A-Za-z-]{1,64})\/?$/;

/**
 * @param path exactly as the request line has it: nothing is decoded or normalised, so there is nothing to play tricks with
 */
export async function answer(source: MetadataSource, callers: Callers, ids: ContainerIds, path: string, remoteAddress: string, body?: string): Promise<Answer> {
  const secret = CREDENTIALS.exec(path);
  if (secret !== null) return answerCredentials(source, callers, secret[1]!, remoteAddress);
  const protection = PROTECTION.exec(path);
  if (protection !== null) return answerProtection(source, callers, ids, protection[1]!, remoteAddress, body);
  const asked = METADATA.exec(path);
  if (asked === null) return { status: 404, body: 'page not found' };
  const version: MetadataVersion = asked[1] === '3' ? 3 : 4;
  const asker = await findAsker(source, callers, ids, asked[2]!, remoteAddress);
  if (asker === undefined) return { status: 404, body: `V${version} container metadata handler: unable to get container ID from request` };
  switch (asked[3]) {
    case '/task':
      return { status: 200, body: await taskOf(source, asker.runner, version) };
    case '/taskWithTags':
      return { status: 200, body: await taskWithTags(source, asker.runner, version) };
    case '/stats':
      return { status: 200, body: await statsOf(source, asker.runner, asker.container, version) };
    case '/task/stats':
      return { status: 200, body: await taskStats(source, asker.runner, version) };
    default:
      return { status: 200, body: await containerOf(source, asker.runner, asker.container, version) };
  }
}

/** A path that may be put to. */
export function takesPut(path: string): boolean {
  return PROTECTION.test(path);
}

/** @param body of a PUT; undefined: a GET */
async function answerProtection(source: MetadataSource, callers: Callers, ids: ContainerIds, id: string, remoteAddress: string, body: string | undefined): Promise<Answer> {
  const asker = await findAsker(source, callers, ids, id, remoteAddress);
  if (asker === undefined) return { status: 404, body: { error: { Arn: '', Code: 'ResourceNotFoundException', Message: 'Failed to find a task for the request' } } };
  const { arn, context } = asker.runner;
  return answerTaskProtection(source.callAsTask, { taskArn: arn, clusterArn: context.payload.taskClusterArn, role: source.credentials.of(arn, 'TaskApplication') }, body);
}

/** In the members and errors that AWS's SDKs and Amazon's agent have. */
async function answerCredentials(source: MetadataSource, callers: Callers, id: string, remoteAddress: string): Promise<Answer> {
  const runner = runnerOf(source, id);
  if (runner !== undefined && (await callers.comesFromTask(runner, remoteAddress))) {
    const held = source.credentials.of(runner.arn, 'TaskApplication');
    if (held === undefined) return credentialsError(503, 'CredentialsUninitialized', 'CredentialsV2Request: Credentials uninitialized for ID');
    const { roleArn: RoleArn, accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration: Expiration } = held;
    return { status: 200, body: { RoleArn, AccessKeyId, SecretAccessKey, Token, Expiration } };
  }
  return credentialsError(400, 'InvalidIdInRequest', 'CredentialsV2Request: ID not found');
}

/** By the credentials that came; while none have, after a restart, by the orders. */
function runnerOf(source: MetadataSource, credentialsId: string): TaskRunner | undefined {
  const arn = source.credentials.taskOf(credentialsId);
  if (arn !== undefined) return source.runners.get(arn);
  for (const runner of source.runners.values()) if (runner.context.payload.roleCredentials?.credentialsId === credentialsId) return runner;
  return undefined;
}

function credentialsError(status: number, code: string, message: string): Answer {
  return { status, body: { code, message, HTTPErrorCode: status } };
}

async function findAsker(source: MetadataSource, callers: Callers, ids: ContainerIds, id: string, remoteAddress: string): Promise<Asker | undefined> {
  const task = id.slice(0, id.indexOf('-'));
  for (const runner of source.runners.values()) {
    if (!runner.arn.endsWith(`/${task}`)) continue;
    for (const { name } of runner.context.payload.containers) {
      if (ids(runner.arn, name) !== id) continue;
      return (await callers.comesFrom(runner, name, remoteAddress)) ? { runner, container: name } : undefined;
    }
  }
  return undefined;
}

async function containerOf(source: MetadataSource, runner: TaskRunner, name: string, version: MetadataVersion): Promise<object> {
  const { payload, images } = runner.context;
  const container = payload.containers.find((c) => c.name === name);
  const run = runner.run.containers[name];
  if (container === undefined || run === undefined) return {};
  const found = run.runtimeId === undefined ? undefined : await source.runtime.inspect(run.runtimeId);
  const info = found?.ok === true ? found.value : undefined;
  const image = await source.runtime.inspectImage(info?.image ?? images.get(name) ?? container.image);
  return viewContainer(payload, { container, run, desired: runner.run.desired, info, imageId: image.ok ? image.value?.id : undefined }, version);
}

async function taskOf(source: MetadataSource, runner: TaskRunner, version: MetadataVersion): Promise<Record<string, unknown>> {
  const { payload } = runner.context;
  const containers = await Promise.all(payload.containers.map(({ name }) => containerOf(source, runner, name, version)));
  return viewTask(payload, runner.run, containers, version);
}

/** Tags that cannot be had are told in Errors, as Amazon's agent does. */
async function taskWithTags(source: MetadataSource, runner: TaskRunner, version: MetadataVersion): Promise<object> {
  const Errors: object[] = [];
  const tags = async (field: string, arn: string | undefined): Promise<object> => {
    if (arn === undefined) return {};
    try {
      const found = await source.listTags(arn);
      return Object.keys(found).length > 0 ? { [field]: found } : {};
    } catch (error) {
      const code = error instanceof Error ? error.name : 'Error';
      Errors.push({ ErrorField: field, ErrorCode: code, ErrorMessage: error instanceof Error ? error.message : String(error), StatusCode: 400, RequestId: '', ResourceARN: arn });
      return {};
    }
  };
  const isPool = runner.context.payload.launchType === 'FARGATE';
  const [task, own, host] = await Promise.all([
    taskOf(source, runner, version),
    tags('TaskTags', runner.arn),
    tags('ContainerInstanceTags', isPool ? undefined : source.containerInstanceArn()),
  ]);
  return { ...task, ...own, ...host, ...(Errors.length > 0 && version === 4 && { Errors }) };
}

async function statsOf(source: MetadataSource, runner: TaskRunner, name: string, version: MetadataVersion): Promise<unknown> {
  const run = runner.run.containers[name];
  if (run?.runtimeId === undefined || run.phase !== 'running') return null;
  const stats = withCounters(await source.rawStats(run.runtimeId), source.counters?.(runner));
  return version === 3 ? stats : source.rates.add(run, stats, source.clock.now());
}

function withCounters(stats: unknown, counters: InterfaceCounters | undefined): unknown {
  return typeof stats !== 'object' || stats === null || counters === undefined ? stats : { ...stats, networks: { eth0: counters } };
}

async function taskStats(source: MetadataSource, runner: TaskRunner, version: MetadataVersion): Promise<object> {
  const names = runner.context.payload.containers.map((container) => container.name);
  const all = await Promise.all(names.map(async (name) => [runner.run.containers[name]?.runtimeId ?? name, await statsOf(source, runner, name, version)] as const));
  return Object.fromEntries(all);
}
