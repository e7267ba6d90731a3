// Every Auto Scaling operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { lazyOperations } from '../lazy-operations.ts';
import { attachInstances, detachInstances, enterStandby, exitStandby, setInstanceHealth, setInstanceProtection, terminateInstanceInAutoScalingGroup } from './change-members.ts';
import { createAutoScalingGroup, deleteAutoScalingGroup, updateAutoScalingGroup } from './create-group.ts';
import { describeAutoScalingGroups, describeAutoScalingInstances, describeScalingActivities, describeTags } from './describe.ts';
import { createOrUpdateTags, deleteTags, resumeProcesses, setDesiredCapacity, suspendProcesses } from './desired-capacity.ts';
import { describeAccountLimits, describeAdjustmentTypes, describeLifecycleHookTypes, describeScalingProcessTypes, describeTerminationPolicyTypes } from './facts.ts';
import { completeLifecycleAction, deleteLifecycleHook, describeLifecycleHooks, putLifecycleHook, recordLifecycleActionHeartbeat } from './hooks.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { schemaOf, type AutoScalingOperationName } from './shapes.ts';

const HANDLERS: Partial<Record<AutoScalingOperationName, Operation<ApiContext>['handler']>> = {
  AttachInstances: attachInstances,
  CompleteLifecycleAction: completeLifecycleAction,
  CreateAutoScalingGroup: createAutoScalingGroup,
  CreateOrUpdateTags: createOrUpdateTags,
  DeleteAutoScalingGroup: deleteAutoScalingGroup,
  DeleteLifecycleHook: deleteLifecycleHook,
  DeleteTags: deleteTags,
  DescribeAccountLimits: describeAccountLimits,
  DescribeAdjustmentTypes: describeAdjustmentTypes,
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  DescribeAutoScalingInstances: describeAutoScalingInstances,
  DescribeLifecycleHookTypes: describeLifecycleHookTypes,
  DescribeLifecycleHooks: describeLifecycleHooks,
  DescribeScalingActivities: describeScalingActivities,
  DescribeScalingProcessTypes: describeScalingProcessTypes,
  DescribeTags: describeTags,
  DescribeTerminationPolicyTypes: describeTerminationPolicyTypes,
  DetachInstances: detachInstances,
  EnterStandby: enterStandby,
  ExitStandby: exitStandby,
  PutLifecycleHook: putLifecycleHook,
  RecordLifecycleActionHeartbeat: recordLifecycleActionHeartbeat,
  ResumeProcesses: resumeProcesses,
  SetDesiredCapacity: setDesiredCapacity,
  SetInstanceHealth: setInstanceHealth,
  SetInstanceProtection: setInstanceProtection,
  SuspendProcesses: suspendProcesses,
  TerminateInstanceInAutoScalingGroup: terminateInstanceInAutoScalingGroup,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
};

export const OPERATIONS = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'ValidationError');
