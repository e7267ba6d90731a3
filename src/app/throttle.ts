// One call too many? Token buckets for each account, region, service and class of calls; agents have buckets of their own, and calls
// without a signature one for each address. Buckets live in memory: after a restart all are full.
import { REFUSED, scaleRate, takeToken, type Rate } from '#core/throttle/token-bucket.ts';
import { accessKeys } from '#model/account.ts';
import type { Reader } from '#store/store.ts';
import type { Attempt } from '#wire/server.ts';
import type { RateClass } from '#wire/service.ts';

export type Throttle = (attempt: Attempt) => boolean;

/** Services of which AWS publishes no classes. */
const OTHERS: RateClass = { name: 'all', burst: 100, perSecond: 50 };
/** A host reports and logs for all its tasks with one key: enough for a thousand of them, and an end to a loop gone wild. */
const AGENT: Rate = { burst: 20_000, perSecond: 10_000 };
/** Buckets remembered at most; those that are full again go first. */
const MAX_BUCKETS = 20_000;

/** @param factor how many times AWS's rates */
export function createThrottle(store: Reader, factor: number): Throttle {
  const buckets = new Map<string, number>();
  const scaled = new Map<RateClass, Rate>();

  const take = (key: string, rate: Rate, now: number): boolean => {
    const known = buckets.get(key);
    const next = takeToken(known ?? 0, rate, now);
    if (next === REFUSED) return true;
    if (known === undefined && buckets.size >= MAX_BUCKETS) makeRoom(buckets, now);
    buckets.set(key, next);
    return false;
  };

  const rateOf = (of: RateClass): Rate => {
    let rate = scaled.get(of);
    if (rate === undefined) scaled.set(of, (rate = scaleRate(of, factor)));
    return rate;
  };

  return ({ service, operation, caller, region, sourceIp, now }) => {
    if (caller.session === undefined && store.get(accessKeys, caller.accessKeyId)?.kind === 'agent') return take(caller.accessKeyId, AGENT, now);
    const of = service.rateClass?.(operation) ?? OTHERS;
    return take(`${caller.account === '' ? sourceIp : caller.account} ${region} ${service.name} ${of.name}`, rateOf(of), now);
  };
}

/** Forgets what is full anyway; if that is not enough (very many addresses at once), the oldest half. */
function makeRoom(buckets: Map<string, number>, now: number): void {
  for (const [key, fullAtMs] of buckets) if (fullAtMs <= now) buckets.delete(key);
  if (buckets.size < MAX_BUCKETS) return;
  let left = MAX_BUCKETS >> 1;
  for (const key of buckets.keys()) {
    if (left-- === 0) return;
    buckets.delete(key);
  }
}
