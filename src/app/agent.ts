// The `agent` process: this host's agent on Docker, joined to a control plane over HTTP and websockets.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { AgentConfig } from '#agent/config.ts';
import { openDockerRuntime, type DockerRuntime } from '#agent/docker/docker-runtime.ts';
import { openContainerLogs } from '#agent/logs/container-logs.ts';
import { openApiProxy, type ApiProxy } from '#agent/metadata/api-proxy.ts';
import { openMetadataEndpoint, type MetadataEndpoint } from '#agent/metadata/endpoint.ts';
import { openRegistryRelay, type RegistryRelay } from '#agent/membership/registry-relay.ts';
import { openLinuxInterfaces } from '#agent/network/linux-interfaces.ts';
import { taskInterfaceSpec } from '#agent/network/task-interfaces.ts';
import { openLinuxDriver } from '#agent/network/linux-driver.ts';
import { openStateFile } from '#agent/state-file.ts';
import type { StateStore } from '#agent/state-store.ts';
import type { Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { httpAgentApi } from '#link/http-agent-api.ts';
import { signedBinaryConnect } from '#link/exec/ws-binary-channel.ts';
import { webSocketConnect } from '#link/ws-channel.ts';
import { lockDirectory } from '#store/journal/directory-lock.ts';
import { installAgent, leaveControlPlane } from './agent-actions.ts';
import { openAgentCalls, pullReference } from './agent-calls.ts';
import { AGENT_VERSION, loadAgentConfig } from './agent-config.ts';
import { openStanding, type AgentStanding } from './agent-membership.ts';
import { parseAgentOptions } from './agent-options.ts';
import { containerMetadataEnabled } from './environment.ts';
import { endOnSignal } from './end-on-signal.ts';
import { openLog } from './log.ts';

/** Runs until a signal ends the process; containers run on. */
export async function runAgent(args: readonly string[]): Promise<void> {
  const options = parseAgentOptions(args);
  const log = openLog(options.logLevel, 'agent');
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  // Two agents with one memory would each take the other's tasks for their own.
  const unlock = lockDirectory(options.dataDir);
  if (options.action === 'leave') return leaveControlPlane(options, log);
  if (options.action === 'install') return installAgent(options, args, log, unlock);
  const runtime = openDockerRuntime({ socketPath: options.dockerSocket, clock: systemClock });
  const standing = await openStanding(options, AGENT_VERSION, log);
  const relay = openRelay(standing, log);
  const config = await loadAgentConfig(options, standing, runtime, log);
  const stateStore = openStateFile(options.dataDir);
  const metadata = await openMetadataEndpoint({ state: stateStore, random: systemRandom, log });
  // Behind the metadata endpoint, which sets up the address.
  const apiProxy = await openApiProxy({ server: standing.server, ...(standing.membership !== undefined && { tls: standing.membership.tls }), state: stateStore, log });
  const agent = openAgent(config, { standing, runtime, stateStore, metadata, apiProxy, metadataFolder: containerMetadataEnabled() ? resolve(options.dataDir, 'metadata') : undefined, log });
  endOnSignal(log, async () => {
    agent.close();
    metadata.close();
    apiProxy.close();
    relay?.close();
    standing.membership?.close();
    runtime.close();
  });
  await agent.ready;
  log.info('agent started', { server: standing.server, pool: standing.pool, cluster: standing.cluster });
}

interface AgentParts {
  readonly standing: AgentStanding;
  readonly runtime: DockerRuntime;
  readonly stateStore: StateStore;
  readonly metadata: MetadataEndpoint;
  readonly apiProxy: ApiProxy;
  readonly metadataFolder: string | undefined;
  readonly log: Logger;
}

function openAgent(config: AgentConfig, parts: AgentParts): Agent {
  const { standing, runtime, stateStore, metadata, apiProxy, log } = parts;
  const clock = systemClock;
  const { server, credentials, region, registryHost, membership } = standing;
  const tls = membership === undefined ? {} : { tls: membership.tls };
  const calls = openAgentCalls({ endpoint: server, credentials, clock, ...tls, userAgent: `Longshore Agent - v${AGENT_VERSION}` });
  const interfaces = openLinuxInterfaces({ keepNetwork: (spec) => runtime.keepNetwork(spec), log });
  const agent = createAgent({
    config,
    runtime,
    api: httpAgentApi(calls.client(undefined, region)),
    connect: webSocketConnect({ credentials, region, clock, ...tls }),
    stateStore,
    clock,
    random: systemRandom,
    log,
    logs: openContainerLogs({ runtime, sinkOf: calls.sinkOf, state: stateStore, clock, log }),
    resolveImage: (image) => pullReference(image, registryHost),
    vpcDriver: openLinuxDriver({ ensureNetwork: (spec) => runtime.ensureNetwork(spec) }),
    interfaces,
    secretStores: calls.secretStores,
    registryAuth: (image) => calls.registryAuth(image, registryHost),
    exec: { connect: signedBinaryConnect({ credentials, region, clock, ...tls }), sinkOf: calls.sinkOf },
    metadata: (context, container) => metadata.environment(context, container),
    apiUrl: apiProxy.url,
    metadataFolder: parts.metadataFolder,
  });
  const callers = metadata.serve({
    runners: agent.tasks,
    credentials: agent.credentials,
    runtime,
    rawStats: (id) => runtime.rawStats(id),
    counters: ({ context: { payload, namespace } }) => {
      const made = namespace === undefined ? undefined : taskInterfaceSpec(payload, namespace);
      return made && interfaces.counters(made);
    },
    listTags: (arn) => calls.listTags(arn),
    containerInstanceArn: () => agent.containerInstanceArn,
    callAsTask: (arn, role, operation, input) => calls.callAsTask(arn, role, operation, input),
    clock,
  });
  apiProxy.serve((address) => callers.comesFromHere(address));
  return agent;
}

/** A host that joined over the network pulls the control plane's images through an address of its own. */
function openRelay({ membership, registryHost, server }: AgentStanding, log: Logger): RegistryRelay | undefined {
  return membership === undefined ? undefined : openRegistryRelay({ registryHost, server: new URL(server), tls: membership.tls, clock: systemClock, log });
}
