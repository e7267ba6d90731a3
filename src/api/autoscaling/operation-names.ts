// The names of all operations of the current model: the schemas are loaded at the first request only (shapes.ts).
// Does not compile when the SDK has an operation more or less.
import type { AutoScalingOperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'AttachInstances', 'AttachLoadBalancerTargetGroups', 'AttachLoadBalancers', 'AttachTrafficSources', 'BatchDeleteScheduledAction',
  'BatchPutScheduledUpdateGroupAction', 'CancelInstanceRefresh', 'CompleteLifecycleAction', 'CreateAutoScalingGroup',
  'CreateLaunchConfiguration', 'CreateOrUpdateTags', 'DeleteAutoScalingGroup', 'DeleteLaunchConfiguration', 'DeleteLifecycleHook',
  'DeleteNotificationConfiguration', 'DeletePolicy', 'DeleteScheduledAction', 'DeleteTags', 'DeleteWarmPool', 'DescribeAccountLimits',
  'DescribeAccountSettings', 'DescribeAdjustmentTypes', 'DescribeAutoScalingGroups', 'DescribeAutoScalingInstances',
  'DescribeAutoScalingNotificationTypes', 'DescribeInstanceRefreshes', 'DescribeLaunchConfigurations', 'DescribeLifecycleHookTypes',
  'DescribeLifecycleHooks', 'DescribeLoadBalancerTargetGroups', 'DescribeLoadBalancers', 'DescribeMetricCollectionTypes',
  'DescribeNotificationConfigurations', 'DescribePolicies', 'DescribeScalingActivities', 'DescribeScalingProcessTypes',
  'DescribeScheduledActions', 'DescribeTags', 'DescribeTerminationPolicyTypes', 'DescribeTrafficSources', 'DescribeWarmPool',
  'DetachInstances', 'DetachLoadBalancerTargetGroups', 'DetachLoadBalancers', 'DetachTrafficSources', 'DisableMetricsCollection',
  'EnableMetricsCollection', 'EnterStandby', 'ExecutePolicy', 'ExitStandby', 'GetPredictiveScalingForecast', 'LaunchInstances',
  'PutAccountSetting', 'PutLifecycleHook', 'PutNotificationConfiguration', 'PutScalingPolicy', 'PutScheduledUpdateGroupAction',
  'PutWarmPool', 'RecordLifecycleActionHeartbeat', 'ResumeProcesses', 'RollbackInstanceRefresh', 'SetDesiredCapacity', 'SetInstanceHealth',
  'SetInstanceProtection', 'StartInstanceRefresh', 'SuspendProcesses', 'TerminateInstanceInAutoScalingGroup', 'UpdateAutoScalingGroup',
] as const satisfies readonly AutoScalingOperationName[];

type Missing = Exclude<AutoScalingOperationName, (typeof OPERATION_NAMES)[number]>;
const NONE_MISSING: [Missing] extends [never] ? true : never = true;
void NONE_MISSING;
