// Where a session's output is kept, from the cluster's executeCommandConfiguration and the container's own logging.
import type { ContainerDefinition } from '#model/task-definition.ts';

/** The part of ECS's ClusterConfiguration that is about ECS Exec. */
export interface ExecConfiguration {
  readonly logging?: 'NONE' | 'DEFAULT' | 'OVERRIDE';
  readonly kmsKeyId?: string;
  readonly logConfiguration?: { readonly cloudWatchLogGroupName?: string; readonly s3BucketName?: string };
}

export type LogDestination =
  | { readonly kind: 'none' }
  | { readonly kind: 'group'; readonly group: string; readonly region: string }
  /** Asked for, and not to be had here. */
  | { readonly kind: 'bucket'; readonly bucket: string };

/** NONE: nowhere. DEFAULT, also when nothing is said: the container's awslogs group, if it has one. OVERRIDE: as the cluster says. */
export function logDestination(configuration: ExecConfiguration | undefined, container: ContainerDefinition | undefined, region: string): LogDestination {
  const logging = configuration?.logging ?? 'DEFAULT';
  if (logging === 'NONE') return { kind: 'none' };
  if (logging === 'OVERRIDE') {
    const { cloudWatchLogGroupName: group, s3BucketName: bucket } = configuration?.logConfiguration ?? {};
    // Half a record is none: whoever wants the bucket is told that there is none.
    if (bucket) return { kind: 'bucket', bucket };
    return group ? { kind: 'group', group, region } : { kind: 'none' };
  }
  const own = container?.logConfiguration;
  const group = own?.logDriver === 'awslogs' ? own.options?.['awslogs-group'] : undefined;
  return group === undefined ? { kind: 'none' } : { kind: 'group', group, region: own?.options?.['awslogs-region'] ?? region };
}
