// What every handler of every service gets beside its input.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { Store } from '#store/store.ts';
import type { AwsCall } from '#wire/call.ts';

/** Shared by all services for the life of the process. */
export interface ApiDeps {
  readonly store: Store;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  /** Host and port of the registry as image names say it; absent: `localhost` and the port of the call. */
  readonly registryHost?: string;
}

export interface ApiContext extends ApiDeps {
  /** Twelve digits; with `region` it keys all state. */
  readonly account: string;
  readonly region: string;
  /** Arrival of the request, epoch milliseconds: the `now` of every decision in a handler. */
  readonly now: number;
  readonly call: AwsCall;
}

/** The context of one call. */
export function apiContext(deps: ApiDeps, call: AwsCall): ApiContext {
  return { ...deps, account: call.caller.account, region: call.region, now: call.now, call };
}
