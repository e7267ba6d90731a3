// Every Secrets Manager operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation } from '#wire/service.ts';
import type { VaultContext } from '../kms/context.ts';
import { lazyOperations } from '../lazy-operations.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret, restoreSecret } from './delete-secret.ts';
import { describeSecret, listSecrets, listSecretVersionIds } from './describe-secret.ts';
import { getRandomPassword } from './get-random-password.ts';
import { batchGetSecretValue, getSecretValue } from './get-secret-value.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { putSecretValue, updateSecret } from './put-secret-value.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './resource-policy.ts';
import { cancelRotateSecret, rotateSecret } from './rotate-secret.ts';
import { schemaOf, type SecretsManagerOperationName } from './shapes.ts';
import { tagResource, untagResource } from './tags.ts';
import { updateSecretVersionStage } from './update-secret-version-stage.ts';

const HANDLERS: Partial<Record<SecretsManagerOperationName, Operation<VaultContext>['handler']>> = {
  BatchGetSecretValue: batchGetSecretValue,
  CancelRotateSecret: cancelRotateSecret,
  CreateSecret: createSecret,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetRandomPassword: getRandomPassword,
  GetResourcePolicy: getResourcePolicy,
  GetSecretValue: getSecretValue,
  ListSecretVersionIds: listSecretVersionIds,
  ListSecrets: listSecrets,
  PutResourcePolicy: putResourcePolicy,
  PutSecretValue: putSecretValue,
  RestoreSecret: restoreSecret,
  RotateSecret: rotateSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
};

export const OPERATIONS = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'InvalidRequestException');
