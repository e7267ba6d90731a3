// What is asked of placement and what it answers.
import type { ReservedResources } from '#model/task.ts';
import type { Attribute } from '#model/task-definition.ts';

export interface PlacementConstraint {
  readonly type: 'distinctInstance' | 'memberOf';
  readonly expression?: string;
}

export interface PlacementStrategy {
  readonly type: 'random' | 'spread' | 'binpack';
  /** spread: `instanceId`, `host` or `attribute:<name>`; binpack: `cpu` or `memory`. */
  readonly field?: string;
}

export interface PlacementRequest {
  readonly launchType: 'EC2' | 'FARGATE' | 'EXTERNAL';
  readonly clusterArn: string;
  /** How many tasks; each is placed with those before it taken into account. */
  readonly count: number;
  readonly reserved: ReservedResources;
  readonly requiresAttributes: readonly Attribute[];
  readonly constraints: readonly PlacementConstraint[];
  /** In order; each narrows what the one before left. Empty: random. Not used for FARGATE. */
  readonly strategy: readonly PlacementStrategy[];
  /** The task group: what distinctInstance and spread count. */
  readonly group?: string;
  /** Zones of the task's subnets; absent or empty: any. */
  readonly zones?: readonly string[];
  /** FARGATE: tasks of the group by zone, for an even spread; absent: the request is spread by itself. */
  readonly zoneCounts?: ReadonlyMap<string, number>;
  /** Only these hosts (StartTask). */
  readonly onlyHosts?: readonly string[];
  /** In [0, 1): breaks ties. The same request with the same number gives the same answer. */
  readonly random: number;
}

export interface Placement {
  readonly hostArn: string;
  /** FARGATE: the wanted zone this task is for. */
  readonly availabilityZone: string;
  readonly launchType: 'EC2' | 'FARGATE' | 'EXTERNAL';
}

/** Why a host was not taken, in ECS's words. */
export const PLACEMENT_REASONS = {
  cpu: 'RESOURCE:CPU',
  memory: 'RESOURCE:MEMORY',
  ports: 'RESOURCE:PORTS',
  gpu: 'RESOURCE:GPU',
  agent: 'AGENT',
  attribute: 'ATTRIBUTE',
  location: 'LOCATION',
  missing: 'MISSING',
  memberOf: 'MemberOf placement constraint unsatisfied.',
  distinctInstance: 'DistinctInstance placement constraint unsatisfied.',
  noHosts: 'No Container Instances were found in your cluster.',
  fargate: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
} as const;

export interface PlacementFailure {
  /** Absent when no host is to blame, and for FARGATE, whose hosts are not shown. */
  readonly hostArn?: string;
  readonly reason: string;
}

export interface PlacementResult {
  /** At most `count`. */
  readonly placements: readonly Placement[];
  /** Empty when all were placed; else why each host refused the first task that found no place. */
  readonly failures: readonly PlacementFailure[];
}
