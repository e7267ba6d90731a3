// What IAM is asked about CloudTrail operations: the event history is nobody's resource.
import type { OperationAccess } from '#wire/service.ts';
import type { CloudTrailOperationName } from './shapes.ts';

export const ON_ALL: readonly CloudTrailOperationName[] = ['LookupEvents'];

export const ACCESS: Partial<Record<CloudTrailOperationName, OperationAccess>> = {};
