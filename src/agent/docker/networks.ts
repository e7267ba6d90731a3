// Bridges and volumes.
import { failed } from '../runtime.ts';
import type { NetworkSpec, Outcome, Runtime, VolumeSpec } from '../runtime.ts';
import { attempt, labelFilter, statuses } from './answers.ts';
import type { EngineClient } from './engine-client.ts';
import { hasInterfaces, runsInterfaces } from '../network/linux-interfaces.ts';
import { removeBridge } from '../network/repair-bridge.ts';
import { removeKeptNetwork } from './network-keeper.ts';

type NetworkVerbs = Pick<Runtime, 'ensureNetwork' | 'removeNetwork' | 'listNetworks' | 'ensureVolume' | 'removeVolume' | 'hasVolume' | 'listVolumes'>;

interface EngineNetwork {
  readonly Name: string;
  readonly Labels: Record<string, string> | null;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string }[] | null };
}

export function networkVerbs(client: EngineClient): NetworkVerbs {
  const find = (name: string): Promise<Outcome<EngineNetwork | undefined>> => attempt(client, {
    request: { method: 'GET', path: `/networks/${encodeURIComponent(name)}`, timeoutMs: 30_000 },
    failure: 'ResourceInitializationError',
    transition: 'network found',
    accept: ({ status, body }) => (status === 404 ? { value: undefined } : status === 200 ? { value: body as EngineNetwork } : undefined),
  });
  const create = (spec: NetworkSpec): Promise<Outcome<void>> => attempt(client, {
    request: { method: 'POST', path: '/networks/create', body: renderNetwork(spec), timeoutMs: 60_000 },
    failure: 'ResourceInitializationError',
    transition: 'network created',
    // 409: somebody else made it a moment ago.
    accept: statuses(201, 409),
  });
  const ensure = async (spec: NetworkSpec): Promise<Outcome<void>> => {
    const here = await find(spec.name);
    if (!here.ok) return here;
    if (here.value !== undefined) return sameNetwork(spec, here.value);
    let made = await create(spec);
    if (!made.ok && /overlaps/.test(made.failure.message)) {
      // Another agent of this engine may have made it a moment ago.
      const now = await find(spec.name);
      if (now.ok && now.value !== undefined) return sameNetwork(spec, now.value);
      // A platform whose data was deleted leaves its bridges behind, and every first VPC has the same addresses.
      if (await removeUnused(client, spec)) made = await create(spec);
    }
    return made.ok || made.failure.name !== 'ResourceInitializationError'
      ? made
      : failed('ResourceInitializationError', `unable to create the network of the VPC (${spec.cidr}): ${made.failure.message}`);
  };
  const underWay = new Map<string, Promise<Outcome<void>>>();
  return {
    /** One at a time for each name: the engine takes two that come together for two networks with the same addresses. */
    ensureNetwork(spec) {
      const making = underWay.get(spec.name) ?? ensure(spec).finally(() => underWay.delete(spec.name));
      underWay.set(spec.name, making);
      return making;
    },
    removeNetwork: (name) => removeKeptNetwork(client, name, { isBusy: hasInterfaces, remove: removeBridge }),
    listNetworks: (label) => attempt(client, {
      request: { method: 'GET', path: '/networks', query: { filters: labelFilter(label) }, timeoutMs: 30_000 },
      failure: 'ResourceInitializationError',
      transition: 'networks listed',
      accept: ({ status, body }) => (status === 200 ? { value: (body as EngineNetwork[]).map((n) => ({ name: n.Name, labels: n.Labels ?? {} })) } : undefined),
    }),
    ensureVolume: (spec) => attempt(client, {
      request: { method: 'POST', path: '/volumes/create', body: renderVolume(spec), timeoutMs: 300_000 },
      failure: 'CannotCreateVolumeError',
      transition: 'volume created',
      accept: statuses(201),
    }),
    removeVolume: (name) => attempt(client, {
      request: { method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}`, query: { force: 1 }, timeoutMs: 300_000 },
      failure: 'ResourceInitializationError',
      transition: 'volume removed',
      accept: statuses(204, 404),
    }),
    hasVolume: (name) => attempt(client, {
      request: { method: 'GET', path: `/volumes/${encodeURIComponent(name)}`, timeoutMs: 30_000 },
      failure: 'ResourceInitializationError',
      transition: 'volume found',
      accept: ({ status }) => (status === 200 ? { value: true } : status === 404 ? { value: false } : undefined),
    }),
    listVolumes: (label) => attempt(client, {
      request: { method: 'GET', path: '/volumes', query: { filters: labelFilter(label) }, timeoutMs: 30_000 },
      failure: 'ResourceInitializationError',
      transition: 'volumes listed',
      accept: ({ status, body }) => (status === 200 ? { value: ((body as { Volumes: { Name: string; Labels: Record<string, string> | null }[] | null }).Volumes ?? []).map((v) => ({ name: v.Name, labels: v.Labels ?? {} })) } : undefined),
    }),
  };
}

/** Removes bridges of other VPCs with the same addresses that no container is on; true when there was one. */
async function removeUnused(client: EngineClient, spec: NetworkSpec): Promise<boolean> {
  const listed = await client.call({ method: 'GET', path: '/networks', query: { filters: JSON.stringify({ name: ['longshore-vpc-'] }) } });
  if (listed.status !== 200) return false;
  const same = (listed.body as EngineNetwork[]).filter((n) => n.IPAM.Config?.[0]?.Subnet === spec.cidr);
  let removed = false;
  for (const { Name } of same) {
    await removeKeptNetwork(client, Name, { isBusy: runsInterfaces, remove: removeBridge });
    const left = await client.call({ method: 'GET', path: `/networks/${encodeURIComponent(Name)}` });
    removed ||= left.status === 404;
  }
  return removed;
}

function renderNetwork(spec: NetworkSpec): Record<string, unknown> {
  return {
    Name: spec.name,
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: spec.cidr, Gateway: spec.gateway }] },
    // Packets leave for other hosts inside others: 50 bytes less than an Ethernet's 1500.
    Options: { 'com.docker.network.bridge.name': spec.bridgeName, 'com.docker.network.driver.mtu': '1450' },
    Labels: spec.labels,
  };
}

/** A VPC that was deleted and made again with other addresses must not run on the old bridge. */
function sameNetwork(spec: NetworkSpec, found: EngineNetwork): Outcome<void> {
  const subnet = found.IPAM.Config?.[0]?.Subnet;
  if (subnet === undefined || subnet === spec.cidr) return { ok: true, value: undefined };
  return failed('ResourceInitializationError', `network ${spec.name} exists on this host with ${subnet}, not ${spec.cidr}`);
}

function renderVolume(spec: VolumeSpec): Record<string, unknown> {
  return {
    Name: spec.name,
    Labels: spec.labels,
    ...(spec.driver !== undefined && { Driver: spec.driver }),
    ...(spec.driverOpts !== undefined && { DriverOpts: spec.driverOpts }),
  };
}
