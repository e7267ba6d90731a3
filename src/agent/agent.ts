// The agent of one host: registers it, takes orders over ACS, runs them on the container runtime, reports what becomes of them.
// It knows tasks, not services; without the control plane its tasks go on.
import { delay } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import { hexId, uuid } from '#base/ids.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { AgentApiError } from '#link/agent-api.ts';
import type { AgentApi } from '#link/agent-api.ts';
import { openAgentSession } from '#link/agent-session.ts';
import type { AgentSession, AgentSessionHandler } from '#link/agent-session.ts';
import type { Connect } from '#link/channel.ts';
import { openTelemetrySession } from '#link/telemetry-session.ts';
import type { TelemetrySession } from '#link/telemetry-session.ts';
import type { AgentConfig } from './config.ts';
import { openCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { persist } from './errands.ts';
import type { ErrandTools } from './errands.ts';
import { openExecHost } from './exec/exec-host.ts';
import type { ExecHostOptions } from './exec/exec-host.ts';
import { openImages } from './images.ts';
import type { ImageOptions } from './images.ts';
import { leash } from './leash.ts';
import { limiter, startParallelism } from './limiter.ts';
import { canAttach, type TaskInterfaces } from './network/task-interfaces.ts';
import type { VpcDriver } from './network/vpc-driver.ts';
import { openVpcNetworks } from './network/vpc-networks.ts';
import { refuseOnPool } from './pool-rules.ts';
import { renderRegistration } from './registration.ts';
import { openMetadataFiles } from './metadata/metadata-file.ts';
import { openReporter } from './reporter.ts';
import { failed } from './runtime.ts';
import type { Runtime, RuntimeInfo, Subscription } from './runtime.ts';
import { LABELS } from './spec/names.ts';
import { fetchTaskSecrets } from './secrets/task-secrets.ts';
import type { SecretStores } from './secrets/task-secrets.ts';
import type { StateStore } from './state-store.ts';
import type { TaskContext } from './task-context.ts';
import { noLogs } from './task-logs.ts';
import type { TaskLogs } from './task-logs.ts';
import { openTaskResources } from './task-resources.ts';
import { openTasks } from './tasks.ts';
import type { Tasks } from './tasks.ts';
import { openTelemetry } from './telemetry.ts';

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly runtime: Runtime;
  readonly api: AgentApi;
  /** Opens the ACS and TCS connections. */
  readonly connect: Connect;
  readonly stateStore: StateStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly logs?: TaskLogs;
  /** The name to pull a task definition's image by; default as it is. */
  readonly resolveImage?: ImageOptions['resolveImage'];
  readonly registryAuth?: ImageOptions['registryAuth'];
  /** Environment that leads a container to its metadata and credentials; default none. */
  readonly metadata?: (context: TaskContext, container: string) => Readonly<Record<string, string>>;
  /** For container metadata files; default none. */
  readonly metadataFolder?: string | undefined;
  /** Where this host serves Longshore's API to containers; default nowhere. */
  readonly apiUrl?: string | undefined;
  /** Carries out what the control plane says of VPCs; default nothing does: no security groups, no other hosts. */
  readonly vpcDriver?: VpcDriver;
  /** Makes interfaces of awsvpc tasks; default, and where the runtime cannot use them: the runtime does. */
  readonly interfaces?: TaskInterfaces;
  /** How sessions of ECS Exec reach the control plane, and where they are recorded; default: there are none. */
  readonly exec?: Pick<ExecHostOptions, 'connect' | 'sinkOf'>;
  /** Where secrets of tasks come from; default nowhere: such tasks do not start. */
  readonly secretStores?: SecretStores;
}

export interface Agent {
  /** Set once registered. */
  readonly containerInstanceArn: string | undefined;
  readonly connected: boolean;
  /** The tasks it knows and how far each has come; for introspection and tests. */
  readonly tasks: Tasks['runners'];
  /** Resolves when it has found its earlier tasks; registration goes on in the background for as long as it takes. */
  readonly ready: Promise<void>;
  /** Role credentials of its tasks, for the metadata endpoint. */
  readonly credentials: Credentials;
  /** State changes that the control plane has not acknowledged yet. */
  readonly pendingReports: number;
  /** Leaves everything as it is, as if the process had been killed: containers run on. */
  close(): void;
}

interface AgentRecord {
  readonly agentId: string;
  readonly containerInstanceArn?: string;
  readonly seqNum: number;
}

const AGENT_KEY = 'agent';
/** Bridges that no task has used for a while are removed so often. */
const SWEEP_MS = 3_600_000;
const REGISTER_RETRY_MS = 1000;
const REGISTER_RETRY_MAX_MS = 60_000;

/** Starts at once. */
export function createAgent(options: AgentOptions): Agent {
  const { config, random, log, stateStore: state } = options;
  const hold = leash();
  const clock = hold.clock(options.clock);
  const runtime = hold.hold(options.runtime);
  const api = hold.hold(options.api);
  let record = (state.entries.get(AGENT_KEY) as AgentRecord | undefined) ?? { agentId: hexId(random, 16), seqNum: 0 };
  const logs = options.logs ?? noLogs;
  const processId = uuid(random);
  let session: AgentSession | undefined;
  let telemetrySession: TelemetrySession | undefined;
  let events: Subscription | undefined;

  const keep = (change: Partial<AgentRecord>): void => {
    record = { ...record, ...change };
    state.put(AGENT_KEY, record);
  };
  keep({});

  const reporter = openReporter({ api, clock, random, log });
  const images = openImages({
    runtime, clock,
    behavior: config.imagePullBehavior ?? 'default',
    inactivityTimeoutMs: config.imagePullInactivityTimeoutMs ?? 60_000,
    resolveImage: options.resolveImage ?? ((image) => image),
    registryAuth: options.registryAuth ?? (() => undefined),
  });
  const networks = options.vpcDriver && openVpcNetworks({ driver: hold.hold(options.vpcDriver), state, host: config.address ?? '127.0.0.1', clock, log });
  const interfaces = options.interfaces && hold.hold(options.interfaces);
  const resources = openTaskResources(runtime, log, record.agentId, { vpcs: networks, interfaces });
  const telemetry = openTelemetry({ runtime, clock, intervalMs: config.telemetryIntervalMs ?? 20_000, runners: () => tasks.runners.values(), outlet: () => telemetrySession });
  const credentials = openCredentials();
  const tools = {
    runtime, clock, images, resources,
    logs,
    limiter: limiter(config.startParallelism ?? startParallelism(2)),
    agentId: record.agentId,
    makesNamespaces: false,
    ociRuntime: config.ociRuntime,
    maxOpenFiles: config.maxOpenFiles,
    metadata: options.metadata ?? (() => ({})),
    apiUrl: options.apiUrl,
    metadataFiles: options.metadataFolder === undefined ? undefined : openMetadataFiles({ folder: options.metadataFolder, containerInstanceArn: () => record.containerInstanceArn, log }),
    fetchSecrets: fetchSecretsOf(options, credentials),
  };
  const tasks = openTasks({
    tools, clock, log, state, reporter,
    logs,
    credentials,
    stopTimeoutMs: config.stopTimeoutMs ?? 30_000,
    cleanupDelayMs: config.cleanupDelayMs ?? 0,
    refuse: (payload) => (config.pool === 'fargate' ? refuseOnPool(payload) : undefined),
    healthChanged: (runner) => telemetry.healthChanged(runner),
  });

  const exec = options.exec === undefined ? undefined : openExecHost({
    ...options.exec,
    endpoint: async () => (await api.discoverPollEndpoint(record.containerInstanceArn ?? '', config.cluster)).endpoint,
    runners: tasks.runners,
    runtime, state, clock, random, log,
  });

  const handler: AgentSessionHandler = {
    async onPayload(message) {
      for (const task of message.tasks) tasks.take(task, message.seqNum);
      keep({ seqNum: Math.max(record.seqNum, message.seqNum) });
      await state.flush();
    },
    onManifest(message) {
      keep({ seqNum: Math.max(record.seqNum, message.timeline) });
      return Promise.resolve(tasks.compare(message));
    },
    onStopVerified(identifiers) {
      for (const { taskArn } of identifiers) tasks.stop(taskArn);
    },
    onExec: (message) => exec?.take(message),
    onRoleCredentials: (taskArn, roleType, refreshed) => credentials.take(taskArn, roleType, refreshed),
    onNetworkState: (message) => networks?.take(message) ?? true,
    onConnected() {
      networks?.connected();
      reporter.hurry();
    },
    onInactive: (message) => log.warn('the control plane has deregistered this host', { message }),
  };

  const openSessions = (containerInstanceArn: string, info: RuntimeInfo): void => {
    const identity = {
      cluster: config.cluster, containerInstanceArn, agentVersion: config.agentVersion, agentHash: config.agentHash, dockerVersion: `DockerVersion: ${info.version}`, processId,
      ...(config.machine !== undefined && { machine: config.machine }),
    };
    const common = { identity, connect: options.connect, clock, random, log };
    const endpoints = () => api.discoverPollEndpoint(containerInstanceArn, config.cluster);
    session = openAgentSession({ ...common, discover: async () => (await endpoints()).endpoint, lastSeqNum: record.seqNum, handler });
    telemetrySession = openTelemetrySession({ ...common, discover: async () => (await endpoints()).telemetryEndpoint, onConnected: () => telemetry.publishAll() });
  };

  const register = async (info: RuntimeInfo): Promise<string> => {
    const clientToken = uuid(random);
    for (let waitMs = REGISTER_RETRY_MS; ; waitMs = Math.min(REGISTER_RETRY_MAX_MS, waitMs * 2)) {
      try {
        const { containerInstanceArn } = await api.registerContainerInstance(renderRegistration(config, info, record.containerInstanceArn, clientToken, networks !== undefined));
        keep({ containerInstanceArn });
        await state.flush();
        return containerInstanceArn;
      } catch (error) {
        log.warn('not registered yet', { error: String(error), waitMs });
        // The identity of an earlier life may be gone; a host without one is simply new.
        const refused = error instanceof AgentApiError && (error.code === 'InvalidParameterException' || error.code === 'ClientException');
        if (refused && record.containerInstanceArn !== undefined) keep({ containerInstanceArn: undefined });
        await delay(clock, waitMs * (0.75 + random.next() / 2));
      }
    }
  };

  const begin = async (): Promise<RuntimeInfo> => {
    const info = await persist(tools, () => runtime.info());
    if (!info.ok) throw new Error(`container runtime: ${info.failure.name}: ${info.failure.message}`);
    if (config.startParallelism === undefined) tools.limiter = limiter(startParallelism(info.value.cpus));
    tools.makesNamespaces = interfaces !== undefined && canAttach(info.value, config.ociRuntime);
    await tasks.recover();
    // Of tasks that ended while nobody was there to see to it.
    void interfaces?.sweep(record.agentId, new Set([...tasks.runners.values()].flatMap(({ context }) => context.namespace ?? [])));
    await exec?.recover();
    events = runtime.events({ name: LABELS.agent, value: record.agentId }, (event) => void (hold.cut || tasks.onEvent(event)));
    return info.value;
  };

  const sweep = (): void => {
    void resources.sweep([...tasks.runners.values()].map((runner) => runner.context));
    clock.after(SWEEP_MS, sweep);
  };

  const begun = begin();
  clock.after(SWEEP_MS, sweep);
  void begun.then(async (info) => openSessions(await register(info), info)).catch((error: unknown) => log.error('agent cannot run', { error: String(error) }));

  return {
    get containerInstanceArn() {
      return record.containerInstanceArn;
    },
    get connected() {
      return session?.connected === true;
    },
    tasks: tasks.runners,
    credentials,
    ready: begun.then(() => undefined),
    get pendingReports() {
      return reporter.pending;
    },
    close() {
      hold.release();
      events?.close();
      telemetry.close();
      tasks.close();
      networks?.close();
      session?.close();
      telemetrySession?.close();
    },
  };
}

function fetchSecretsOf({ secretStores: stores }: AgentOptions, credentials: Credentials): ErrandTools['fetchSecrets'] {
  if (stores === undefined) return () => Promise.resolve(failed('ResourceInitializationError', 'this host has no way to fetch secrets'));
  return (payload, wanted) => fetchTaskSecrets(stores, payload, credentials.of(payload.arn, 'TaskExecution'), wanted);
}
