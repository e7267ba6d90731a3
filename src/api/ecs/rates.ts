// How often an account may call ECS in one region: the classes, bursts and rates of "Request throttling for the Amazon ECS API" in the
// API reference. What came after that table (daemons, gateways, Express Mode …) counts where its nearest kin does.
import type { RateClass } from '#wire/service.ts';
import type { EcsOperationName } from './shapes.ts';

type Line = readonly [name: string, burst: number, perSecond: number, operations: readonly EcsOperationName[]];

const LINES: readonly Line[] = [
  ['cluster modify', 20, 1, ['CreateCluster', 'DeleteCluster', 'PutClusterCapacityProviders', 'UpdateCluster', 'UpdateClusterSettings']],
  ['cluster read', 50, 20, ['DescribeClusters', 'ListClusters']],
  ['task definition modify', 20, 1, ['DeregisterTaskDefinition', 'RegisterTaskDefinition']],
  ['task definition read', 50, 20, ['DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies']],
  ['task definition deletion', 5, 1, ['DeleteTaskDefinitions']],
  ['capacity provider modify', 10, 1, ['CreateCapacityProvider', 'DeleteCapacityProvider', 'UpdateCapacityProvider']],
  ['capacity provider read', 50, 20, ['DescribeCapacityProviders']],
  ['tag modify', 20, 10, ['TagResource', 'UntagResource']],
  ['tag read', 50, 20, ['ListTagsForResource']],
  ['setting modify', 10, 1, ['DeleteAccountSetting', 'PutAccountSetting', 'PutAccountSettingDefault']],
  ['setting read', 50, 20, ['ListAccountSettings']],
  [
    'cluster resource modify', 100, 40,
    ['DeleteAttributes', 'DeregisterContainerInstance', 'ExecuteCommand', 'PutAttributes', 'RunTask', 'StartTask', 'StopTask', 'UpdateContainerAgent', 'UpdateContainerInstancesState'],
  ],
  ['cluster resource read', 100, 20, ['DescribeContainerInstances', 'DescribeTasks', 'ListAttributes', 'ListContainerInstances', 'ListTasks']],
  ['agent modify', 200, 120, ['DiscoverPollEndpoint', 'RegisterContainerInstance', 'SubmitAttachmentStateChanges', 'SubmitContainerStateChange', 'SubmitTaskStateChange']],
  [
    'service modify', 50, 5,
    ['CreateService', 'DeleteService', 'UpdateService', 'CreateTaskSet', 'DeleteTaskSet', 'UpdateTaskSet', 'UpdateServicePrimaryTaskSet', 'StopServiceDeployment'],
  ],
  ['service read', 100, 20, ['DescribeServices', 'ListServices', 'DescribeTaskSets']],
  ['service deployment', 50, 20, ['DescribeServiceDeployments', 'ListServiceDeployments']],
  ['service revision', 50, 20, ['DescribeServiceRevisions']],
  ['task protection', 200, 80, ['UpdateTaskProtection', 'GetTaskProtection']],
  ['cluster service resource read', 10, 1, ['ListServicesByNamespace']],
];

const READ: RateClass = { name: 'service read', burst: 100, perSecond: 20 };
const MODIFY: RateClass = { name: 'service modify', burst: 50, perSecond: 5 };

const CLASSES = new Map<string, RateClass>(LINES.flatMap(([name, burst, perSecond, operations]) => {
  const rate: RateClass = { name, burst, perSecond };
  return operations.map((operation) => [operation, rate] as const);
}));

export function rateClass(operation: string): RateClass {
  return CLASSES.get(operation) ?? (/^(Describe|List|Get)/.test(operation) ? READ : MODIFY);
}
