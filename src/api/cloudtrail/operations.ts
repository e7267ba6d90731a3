// Every CloudTrail operation of the current model: the event history is ours, trails and lakes answer by name that they are not there.
import { lazyOperations } from '../lazy-operations.ts';
import type { CloudTrailContext } from './context.ts';
import { lookupEvents } from './lookup-events.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { schemaOf, type CloudTrailOperationName } from './shapes.ts';

export const OPERATIONS = lazyOperations<CloudTrailOperationName, CloudTrailContext>(OPERATION_NAMES, { LookupEvents: lookupEvents }, schemaOf, 'UnsupportedOperationException');
