// One VPC's entries with the version at which each last changed, so that a host that has seen a version is told what came after.
import type { NetworkEntry, VpcUpdate } from '#link/messages.ts';

export interface VpcFeed {
  readonly version: number;
  get(id: string): NetworkEntry | undefined;
  /** `undefined` removes it. False when nothing changes by it. */
  set(id: string, entry: NetworkEntry | undefined): boolean;
  /** Underlay addresses of the hosts that interfaces are on. */
  readonly holders: ReadonlyMap<string, number>;
  /** What changed after `version`; everything when that is not known any more; undefined when nothing did. */
  since(version: number | undefined, vpc: Pick<VpcUpdate, 'vpcId' | 'cidrBlock' | 'vni'>): VpcUpdate | undefined;
}

/** Changes remembered: a host that is further behind gets everything. */
const LOG_LENGTH = 4096;

/** @param nextVersion ascending over all feeds of the process: a feed that was dropped and made again is a later one */
export function openVpcFeed(nextVersion: () => number): VpcFeed {
  const entries = new Map<string, NetworkEntry>();
  const holders = new Map<string, number>();
  let log: { readonly version: number; readonly id: string }[] = [];
  let version = nextVersion();
  let knownFrom = version;

  const count = (entry: NetworkEntry | undefined, by: number): void => {
    if (entry?.kind !== 'interface') return;
    const left = (holders.get(entry.host) ?? 0) + by;
    if (left === 0) holders.delete(entry.host);
    else holders.set(entry.host, left);
  };

  return {
    get version() {
      return version;
    },
    holders,
    get: (id) => entries.get(id),
    set(id, entry) {
      const before = entries.get(id);
      if (before === entry || (before !== undefined && entry !== undefined && JSON.stringify(before) === JSON.stringify(entry))) return false;
      count(before, -1);
      count(entry, 1);
      if (entry === undefined) entries.delete(id);
      else entries.set(id, entry);
      version = nextVersion();
      log.push({ version, id });
      if (log.length > 2 * LOG_LENGTH) {
        knownFrom = log[LOG_LENGTH - 1]!.version;
        log = log.slice(LOG_LENGTH);
      }
      return true;
    },
    since(seen, vpc) {
      if (seen === version) return undefined;
      if (seen === undefined || seen < knownFrom) return { ...vpc, version, put: [...entries.values()], removed: [] };
      const changed = new Set<string>();
      for (let at = log.length - 1; at >= 0 && log[at]!.version > seen; at--) changed.add(log[at]!.id);
      const put = [...changed].flatMap((id) => entries.get(id) ?? []);
      return { ...vpc, version, baseVersion: seen, put, removed: [...changed].filter((id) => !entries.has(id)) };
    },
  };
}
