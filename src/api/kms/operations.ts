// Every KMS operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation } from '#wire/service.ts';
import { lazyOperations } from '../lazy-operations.ts';
import { createAlias, deleteAlias, updateAlias } from './aliases.ts';
import type { VaultContext } from './context.ts';
import { createKey } from './create-key.ts';
import { describeKey } from './describe-key.ts';
import { decrypt, encrypt, reEncrypt } from './encrypt.ts';
import { generateDataKey, generateDataKeyWithoutPlaintext, generateRandom } from './generate.ts';
import {
  cancelKeyDeletion, disableKey, disableKeyRotation, enableKey, enableKeyRotation, getKeyRotationStatus, scheduleKeyDeletion, updateKeyDescription,
} from './key-state.ts';
import { listAliases, listKeys } from './list-keys.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './policies.ts';
import { schemaOf, type KmsOperationName } from './shapes.ts';
import { listResourceTags, tagResource, untagResource } from './tags.ts';

const HANDLERS: Partial<Record<KmsOperationName, Operation<VaultContext>['handler']>> = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateAlias: createAlias,
  CreateKey: createKey,
  Decrypt: decrypt,
  DeleteAlias: deleteAlias,
  DescribeKey: describeKey,
  DisableKey: disableKey,
  DisableKeyRotation: disableKeyRotation,
  EnableKey: enableKey,
  EnableKeyRotation: enableKeyRotation,
  Encrypt: encrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  GenerateRandom: generateRandom,
  GetKeyPolicy: getKeyPolicy,
  GetKeyRotationStatus: getKeyRotationStatus,
  ListAliases: listAliases,
  ListKeyPolicies: listKeyPolicies,
  ListKeys: listKeys,
  ListResourceTags: listResourceTags,
  PutKeyPolicy: putKeyPolicy,
  ReEncrypt: reEncrypt,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAlias: updateAlias,
  UpdateKeyDescription: updateKeyDescription,
};

export const OPERATIONS = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'UnsupportedOperationException');
