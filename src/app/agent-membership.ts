// Whose agent this is: a host that joined (its identity file), one that joins now (a token), or one that is given keys: the local agent,
// and hosts of people who manage keys themselves.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { loadIdentity, type HostIdentity } from '#agent/membership/identity-file.ts';
import { entryOfToken, joinControlPlane, JoinRefusedError, type JoinEntry } from '#agent/membership/join.ts';
import { machineOf } from '#agent/membership/machine.ts';
import { openMembership, type Membership } from '#agent/membership/membership.ts';
import { delay } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import type { AgentCredentials } from '#link/signer.ts';
import { TlsRefusal } from '#link/tls-client.ts';
import { DEFAULT_REGION, type CredentialsFile } from './bootstrap.ts';
import type { AgentOptions } from './agent-options.ts';
import { agentKeysFromEnvironment } from './environment.ts';
import { UsageError } from './usage-error.ts';

export interface AgentStanding {
  readonly server: string;
  readonly cluster: string;
  readonly pool: AgentOptions['pool'];
  readonly credentials: AgentCredentials;
  readonly region: string;
  /** Host and port of the registry as image names say it. */
  readonly registryHost: string;
  /** `mi-…` of a host that registered with an activation: its launch type is EXTERNAL. */
  readonly managedInstanceId?: string;
  /** Of a host that joined over the network. */
  readonly membership?: Membership;
}

const LOCAL_SERVER = 'http://127.0.0.1:4566';
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 60_000;

/** Joins if it has to; a control plane that does not answer yet is waited for. Throws UsageError when there is no way in. */
export async function openStanding(options: AgentOptions, agentVersion: string, log: Logger): Promise<AgentStanding> {
  const { dataDir } = options;
  const known = loadIdentity(dataDir);
  const machine = machineOf();
  if (known === undefined && !hasEntry(options)) return givenKeys(options);
  const expired = known !== undefined && systemClock.now() >= known.notAfter;
  if (known !== undefined && hasEntry(options) && !expired) log.info('this host has joined already: its token or activation is not used', { host: known.hostId });
  if (expired && !hasEntry(options)) {
    throw new UsageError(`agent: the certificate of this host ran out on ${new Date(known.notAfter).toISOString()}\n  do this:  ./longshore join-token create on the control plane, then start this agent with --token`);
  }
  const joined = known !== undefined && !expired ? known : await joinPatiently(options, machine, agentVersion, known, log);
  const identity = options.server === undefined ? joined : { ...joined, server: new URL(options.server).origin };
  const membership = openMembership({ identity, dataDir, machine, agentVersion, clock: systemClock, log });
  const { server, cluster, pool, region, registryHost, accessKeyId, secretAccessKey, managedInstanceId } = identity;
  return { ...(managedInstanceId !== undefined && { managedInstanceId }), server, cluster, pool, region, registryHost, credentials: { accessKeyId, secretAccessKey }, membership };
}

function hasEntry({ token, activation }: AgentOptions): boolean {
  return token !== undefined || activation !== undefined;
}

function entryOf({ token, activation }: AgentOptions): JoinEntry {
  if (activation === undefined) return entryOfToken(token ?? '');
  return { id: activation.id, secret: activation.code, activation: true, fingerprint: activation.fingerprint };
}

async function joinPatiently(options: AgentOptions, machine: string, agentVersion: string, previous: HostIdentity | undefined, log: Logger): Promise<HostIdentity> {
  const { server = previous?.server, cluster, dataDir } = options;
  if (server === undefined) throw new UsageError('agent: joining needs --server https://ADDRESS:PORT, as ./longshore join-token create printed it');
  for (let waitMs = RETRY_MS; ; waitMs = Math.min(RETRY_MAX_MS, waitMs * 2)) {
    try {
      return await joinControlPlane({ server, entry: entryOf(options), cluster, dataDir, hostName: hostname(), machine, agentVersion, clock: systemClock, log, previous });
    } catch (error) {
      if (error instanceof JoinRefusedError && !error.refusal.startsWith('HTTP5') && error.refusal !== 'ServerError') throw new UsageError(`agent: not let in (${error.refusal}): ${error.message}`);
      if (error instanceof TlsRefusal) throw new UsageError(`agent: not joined: ${error.message}`);
      log.warn('not joined yet', { server, error: String(error), waitMs });
      await delay(systemClock, waitMs);
    }
  }
}

function givenKeys(options: AgentOptions): AgentStanding {
  const { server = LOCAL_SERVER, cluster = 'default', pool } = options;
  return { server, cluster, pool, registryHost: registryHostOf(server), ...loadAgentKeys(options) };
}

/** Image names of our registry say `localhost`: the runtime takes loopback registries without TLS. */
function registryHostOf(server: string): string {
  const url = new URL(server);
  return `localhost:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

function loadAgentKeys(options: AgentOptions): { credentials: AgentCredentials; region: string } {
  if (options.credentialsFile === undefined) {
    const keys = agentKeysFromEnvironment();
    if (keys === undefined) throw new UsageError('agent: give --server https://… and --token …, or --credentials FILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
    return keys;
  }
  const file = readCredentials(options.credentialsFile);
  return { credentials: file.agent, region: file.region ?? DEFAULT_REGION };
}

function readCredentials(path: string): CredentialsFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CredentialsFile;
  } catch (error) {
    throw new UsageError(`agent: cannot read ${path}: ${(error as Error).message}`);
  }
}
