// The names of all operations of the current model: the schemas are loaded at the first request only (shapes.ts).
// Does not compile when the SDK has an operation more or less.
import type { SecretsManagerOperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'BatchGetSecretValue', 'CancelRotateSecret', 'CreateSecret', 'DeleteResourcePolicy', 'DeleteSecret', 'DescribeSecret',
  'GetRandomPassword', 'GetResourcePolicy', 'GetSecretValue', 'ListSecretVersionIds', 'ListSecrets', 'PutResourcePolicy', 'PutSecretValue',
  'RemoveRegionsFromReplication', 'ReplicateSecretToRegions', 'RestoreSecret', 'RotateSecret', 'StopReplicationToReplica', 'TagResource',
  'UntagResource', 'UpdateSecret', 'UpdateSecretVersionStage', 'ValidateResourcePolicy',
] as const satisfies readonly SecretsManagerOperationName[];

type Forgotten = Exclude<SecretsManagerOperationName, (typeof OPERATION_NAMES)[number]>;
export const NONE_FORGOTTEN: [Forgotten] extends [never] ? true : Forgotten = true;
