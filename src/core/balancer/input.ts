// What a configuration is rendered from: rows of the store and what the balancer knows of its machine.
import type { Certificate, Listener, LoadBalancer, Rule, TargetGroup } from '#model/load-balancer.ts';

export interface ListenerInput {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  readonly rules: readonly Rule[];
  /** In the order of the listener: the first is the default. Those that are gone are left out. */
  readonly certificates: readonly Certificate[];
}

export interface BalancerInput {
  readonly listeners: readonly ListenerInput[];
  /** Target groups that a listener or a rule forwards to. */
  readonly groups: readonly TargetGroup[];
  /** `address:port` that cannot be bound on this machine, because another program has it. */
  readonly unavailable: ReadonlySet<string>;
}

/** One line of a map: a request's value and what follows from it. */
export type MapEntry = readonly [key: string, value: string];

export interface Rendered {
  /** The configuration but for the servers: what needs a reload when it changes. A line `@servers <backend>` stands for a backend's servers. */
  readonly structure: string;
  /** By file name below maps/. */
  readonly maps: ReadonlyMap<string, readonly MapEntry[]>;
  /** By path: certificates. Secret. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * True for maps whose change is complete in itself and goes through the runtime socket. The others say together which rule matches:
 * changed one after another, they would send a request astray for a moment, so they change with a reload.
 */
export function isRuntimeMap(name: string): boolean {
  return /^names$|-(act\d|default|weights|sticky|durations)$/.test(name);
}
