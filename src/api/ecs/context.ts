// What ECS handlers get beside their input: the shared context, capacity for placement, and where agents connect.
import { type ApiContext, type ApiDeps, apiContext } from '../context.ts';
import type { PlacementRequest, PlacementResult } from '#core/placement/request.ts';
import type { AwsCall } from '#wire/call.ts';

/** Free capacity of all hosts, kept current from the store's commits (core/placement/capacity-index.ts). */
export interface Capacity {
  /** Chooses hosts; changes nothing. */
  place(request: PlacementRequest): PlacementResult;
  /** What is left of a host; undefined when it is not known. */
  remaining(hostArn: string): { readonly cpu: number; readonly memoryMiB: number; readonly gpus: number } | undefined;
  /** Host ports that are taken, sorted. */
  takenPorts(hostArn: string): { readonly tcp: readonly number[]; readonly udp: readonly number[] };
}

export interface EcsDeps extends ApiDeps {
  readonly capacity: Capacity;
  /** Base URLs an agent opens its ACS and TCS websockets at, for DiscoverPollEndpoint. */
  readonly agentEndpoint: (call: AwsCall) => { readonly endpoint: string; readonly telemetryEndpoint: string };
}

export interface EcsContext extends ApiContext {
  readonly capacity: Capacity;
  readonly agentEndpoint: EcsDeps['agentEndpoint'];
}

/** The context of one call. */
export function ecsContext(deps: EcsDeps, call: AwsCall): EcsContext {
  return { ...apiContext(deps, call), capacity: deps.capacity, agentEndpoint: deps.agentEndpoint };
}
