// Docker takes a network for unused when no container of its own is on it, and `docker network prune` removes it then. Interfaces that
// the agent puts on a bridge are none of Docker's: one small container stays there, so that the network does.
import { lastReserved } from '#core/network/cidr.ts';
import { done } from '../runtime.ts';
import type { NetworkSpec, Outcome } from '../runtime.ts';
import { attempt, statuses } from './answers.ts';
import type { EngineClient } from './engine-client.ts';

export const keeperName = (network: string): string => `${network}-keeper`;

/** Makes sure that the network's keeper runs. Idempotent. */
export async function keepNetwork(client: EngineClient, spec: NetworkSpec, ensurePauseImage: () => Promise<Outcome<string>>): Promise<Outcome<void>> {
  const image = await ensurePauseImage();
  if (!image.ok) return image;
  const first = await begin(client, spec, image.value);
  if (first.ok || first.failure.name === 'RuntimeUnavailable') return first;
  // It belongs to a network of this name that is gone.
  const removed = await removeKeeper(client, spec.name);
  return removed.ok ? begin(client, spec, image.value) : removed;
}

async function begin(client: EngineClient, spec: NetworkSpec, image: string): Promise<Outcome<void>> {
  const created = await attempt(client, {
    request: { method: 'POST', path: '/containers/create', query: { name: keeperName(spec.name) }, body: render(spec, image), timeoutMs: 60_000 },
    failure: 'CannotCreateContainerError',
    transition: 'created',
    // 409: it is there.
    accept: statuses(201, 409),
  });
  if (!created.ok) return created;
  return attempt(client, {
    request: { method: 'POST', path: `/containers/${keeperName(spec.name)}/start`, timeoutMs: 60_000 },
    failure: 'CannotStartContainerError',
    transition: 'started',
    accept: statuses(204, 304),
  });
}

function render(spec: NetworkSpec, Image: string): Record<string, unknown> {
  return {
    Image,
    Labels: spec.labels,
    HostConfig: { NetworkMode: spec.name, RestartPolicy: { Name: 'always' }, LogConfig: { Type: 'none' } },
    NetworkingConfig: { EndpointsConfig: { [spec.name]: { IPAMConfig: { IPv4Address: lastReserved(spec.cidr) } } } },
  };
}

export async function removeKeeper(client: EngineClient, network: string): Promise<Outcome<void>> {
  return attempt(client, {
    request: { method: 'DELETE', path: `/containers/${keeperName(network)}`, query: { force: 1, v: 1 }, timeoutMs: 60_000 },
    failure: 'CannotRemoveContainerError',
    transition: 'removed',
    accept: statuses(204, 404, 409),
  });
}

export interface NetworkBridges {
  isBusy(bridge: string): Promise<boolean>;
  /** Idempotent. */
  remove(bridge: string): Promise<void>;
}

/** Removes the network, its keeper and its bridge, when nobody else is on it. */
export async function removeKeptNetwork(client: EngineClient, name: string, bridges: NetworkBridges): Promise<Outcome<void>> {
  const found = await attempt(client, {
    request: { method: 'GET', path: `/networks/${encodeURIComponent(name)}`, timeoutMs: 30_000 },
    failure: 'ResourceInitializationError',
    transition: 'network found',
    accept: ({ status, body }) => (status === 404 ? { value: undefined } : status === 200 ? { value: body as KeptNetwork } : undefined),
  });
  if (!found.ok) return found;
  if (found.value === undefined) return done(undefined);
  const others = Object.values(found.value.Containers ?? {}).some((container) => container.Name !== keeperName(name));
  const bridge = found.value.Options?.['com.docker.network.bridge.name'];
  if (others || (bridge !== undefined && (await bridges.isBusy(bridge)))) return done(undefined);
  const kept = await removeKeeper(client, name);
  if (!kept.ok) return kept;
  const removed = await attempt(client, {
    request: { method: 'DELETE', path: `/networks/${encodeURIComponent(name)}`, timeoutMs: 60_000 },
    failure: 'ResourceInitializationError',
    transition: 'network removed',
    // 403: a container has come meanwhile.
    accept: ({ status }) => (status === 204 || status === 404 ? { value: true } : status === 403 ? { value: false } : undefined),
  });
  if (!removed.ok) return removed;
  if (removed.value && bridge !== undefined) await bridges.remove(bridge);
  return done(undefined);
}

interface KeptNetwork {
  readonly Containers: Readonly<Record<string, { readonly Name: string }>> | null;
  readonly Options: Readonly<Record<string, string>> | null;
}
