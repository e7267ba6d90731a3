// What hosts send when they join or renew, read with suspicion.
import type { JoinRequest } from '#link/join.ts';

export type RenewInput = Pick<JoinRequest, 'request' | 'machine' | 'agentVersion' | 'linkVersion'>;

/** Undefined when a member is missing or not what it should be. */
export function parseJoinRequest(body: Buffer): JoinRequest | undefined {
  const value = parseObject(body);
  const renewal = renewalOf(value);
  const { entryId, secret, activation, hostName, clock, cluster, previous } = value;
  if (renewal === undefined || !isText(entryId) || !isText(secret) || !isText(hostName) || typeof clock !== 'number') return undefined;
  if (cluster !== undefined && !isText(cluster)) return undefined;
  const { hostId, signature } = isObject(previous) ? previous : {};
  return {
    ...renewal,
    entryId,
    activation: activation === true,
    secret,
    hostName,
    clock,
    ...(cluster !== undefined && { cluster }),
    ...(isText(hostId) && isText(signature) && { previous: { hostId, signature } }),
  };
}

/** The same for a renewal. */
export function parseRenewRequest(body: Buffer): RenewInput | undefined {
  return renewalOf(parseObject(body));
}

function renewalOf({ request, machine, agentVersion, linkVersion }: Record<string, unknown>): RenewInput | undefined {
  if (!isText(request, 8192) || !isText(machine) || !isText(agentVersion) || !Number.isInteger(linkVersion)) return undefined;
  return { request, machine, agentVersion, linkVersion: linkVersion as number };
}

function isText(value: unknown, maxLength = 256): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxLength;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
