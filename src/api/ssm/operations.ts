// Every SSM operation of the current model: Parameter Store's, ECS Anywhere's activations and ECS Exec's sessions are ours, the others answer by name that they are not there.
import type { Operation } from '#wire/service.ts';
import type { VaultContext } from '../kms/context.ts';
import { lazyOperations } from '../lazy-operations.ts';
import { createActivation, deleteActivation, describeActivations } from './activations.ts';
import { deleteParameter, deleteParameters } from './delete-parameter.ts';
import { describeParameters, getParameterHistory } from './describe-parameters.ts';
import { getParametersByPath } from './get-parameters-by-path.ts';
import { getParameter, getParameters } from './get-parameter.ts';
import { labelParameterVersion, unlabelParameterVersion } from './labels.ts';
import { deregisterManagedInstance, describeInstanceInformation } from './managed-instances.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { putParameter } from './put-parameter.ts';
import { schemaOf, type SsmOperationName } from './shapes.ts';
import { describeSessions, resumeSession, terminateSession } from './sessions.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

const HANDLERS: Partial<Record<SsmOperationName, Operation<VaultContext>['handler']>> = {
  AddTagsToResource: addTagsToResource,
  CreateActivation: createActivation,
  DeleteActivation: deleteActivation,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  DeregisterManagedInstance: deregisterManagedInstance,
  DescribeActivations: describeActivations,
  DescribeInstanceInformation: describeInstanceInformation,
  DescribeParameters: describeParameters,
  DescribeSessions: describeSessions,
  GetParameter: getParameter,
  GetParameterHistory: getParameterHistory,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  LabelParameterVersion: labelParameterVersion,
  ListTagsForResource: listTagsForResource,
  PutParameter: putParameter,
  RemoveTagsFromResource: removeTagsFromResource,
  ResumeSession: resumeSession,
  TerminateSession: terminateSession,
  UnlabelParameterVersion: unlabelParameterVersion,
};

export const OPERATIONS = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'UnsupportedOperationException');
