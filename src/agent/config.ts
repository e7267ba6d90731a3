// Everything about an agent that is decided outside it.
import type { PullBehavior } from './images.ts';

export interface AgentConfig {
  /** Short name or ARN. */
  readonly cluster: string;
  readonly agentVersion: string;
  readonly agentHash: string;
  /** `fargate`: this host is one of the pool that the API never shows. */
  readonly pool?: 'fargate';
  readonly launchType: 'EC2' | 'EXTERNAL';
  /** Of a host that joined over a network: hash of what tells machines apart. */
  readonly machine?: string;
  readonly availabilityZone?: string;
  /** IPv4 address at which other hosts reach this one; default loopback: there are none. */
  readonly address?: string;
  /** Of the host's own choosing, for placement. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  /** CPU units offered; default 1024 for each core. */
  readonly cpu?: number;
  /** MiB offered; default all there is. */
  readonly memoryMiB?: number;
  /** GPU ids. */
  readonly gpus?: readonly string[];
  readonly reservedTcpPorts?: readonly number[];
  readonly reservedUdpPorts?: readonly number[];
  readonly imagePullBehavior?: PullBehavior;
  /** Default 60,000. */
  readonly imagePullInactivityTimeoutMs?: number;
  /** ECS_CONTAINER_STOP_TIMEOUT; default 30,000. */
  readonly stopTimeoutMs?: number;
  /** OCI runtime for every container here (`runsc`); default the engine's. */
  readonly ociRuntime?: string;
  /** The most open files a container can be given; absent: no limit of the host's own. */
  readonly maxOpenFiles?: number;
  /** How long the containers of a stopped task are kept for looking at; default 0. */
  readonly cleanupDelayMs?: number;
  /** Creates and starts under way at once; default by cores. */
  readonly startParallelism?: number;
  /** Default 20,000. */
  readonly telemetryIntervalMs?: number;
}
