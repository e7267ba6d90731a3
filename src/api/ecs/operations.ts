// Every ECS operation of the current model: what answers it, or that Longshore does not have it yet.
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import type { Operation, OperationSchema } from '#wire/service.ts';
import type { EcsContext } from './context.ts';
import { createCluster } from './create-cluster.ts';
import { describeClusters } from './describe-clusters.ts';
import { describeTaskDefinition } from './describe-task-definition.ts';
import { describeTasks } from './describe-tasks.ts';
import { discoverPollEndpoint } from './discover-poll-endpoint.ts';
import { listClusters } from './list-clusters.ts';
import { registerContainerInstance } from './register-container-instance.ts';
import { registerTaskDefinition } from './register-task-definition.ts';
import { runTask } from './run-task.ts';
import { stopTask } from './stop-task.ts';
import { submitAttachmentStateChanges } from './submit-attachment-state-changes.ts';
import { submitContainerStateChange } from './submit-container-state-change.ts';
import { submitTaskStateChange } from './submit-task-state-change.ts';
import * as shapes from './shapes.ts';
import type { EcsOperationName } from './shapes.ts';

export const OPERATIONS = {
  AssociateGatewayWithCluster: notYet(shapes.AssociateGatewayWithCluster$, 'AssociateGatewayWithCluster'),
  ContinueServiceDeployment: notYet(shapes.ContinueServiceDeployment$, 'ContinueServiceDeployment'),
  CreateCapacityProvider: notYet(shapes.CreateCapacityProvider$, 'CreateCapacityProvider'),
  CreateCluster: { schema: shapes.CreateCluster$, handler: createCluster },
  CreateDaemon: notYet(shapes.CreateDaemon$, 'CreateDaemon'),
  CreateExpressGatewayService: notYet(shapes.CreateExpressGatewayService$, 'CreateExpressGatewayService'),
  CreateGateway: notYet(shapes.CreateGateway$, 'CreateGateway'),
  CreateService: notYet(shapes.CreateService$, 'CreateService'),
  CreateTaskSet: notYet(shapes.CreateTaskSet$, 'CreateTaskSet'),
  DeleteAccountSetting: notYet(shapes.DeleteAccountSetting$, 'DeleteAccountSetting'),
  DeleteAttributes: notYet(shapes.DeleteAttributes$, 'DeleteAttributes'),
  DeleteCapacityProvider: notYet(shapes.DeleteCapacityProvider$, 'DeleteCapacityProvider'),
  DeleteCluster: notYet(shapes.DeleteCluster$, 'DeleteCluster'),
  DeleteDaemon: notYet(shapes.DeleteDaemon$, 'DeleteDaemon'),
  DeleteDaemonTaskDefinition: notYet(shapes.DeleteDaemonTaskDefinition$, 'DeleteDaemonTaskDefinition'),
  DeleteExpressGatewayService: notYet(shapes.DeleteExpressGatewayService$, 'DeleteExpressGatewayService'),
  DeleteGateway: notYet(shapes.DeleteGateway$, 'DeleteGateway'),
  DeleteService: notYet(shapes.DeleteService$, 'DeleteService'),
  DeleteTaskDefinitions: notYet(shapes.DeleteTaskDefinitions$, 'DeleteTaskDefinitions'),
  DeleteTaskSet: notYet(shapes.DeleteTaskSet$, 'DeleteTaskSet'),
  DeregisterContainerInstance: notYet(shapes.DeregisterContainerInstance$, 'DeregisterContainerInstance'),
  DeregisterTaskDefinition: notYet(shapes.DeregisterTaskDefinition$, 'DeregisterTaskDefinition'),
  DescribeCapacityProviders: notYet(shapes.DescribeCapacityProviders$, 'DescribeCapacityProviders'),
  DescribeClusters: { schema: shapes.DescribeClusters$, handler: describeClusters },
  DescribeContainerInstances: notYet(shapes.DescribeContainerInstances$, 'DescribeContainerInstances'),
  DescribeDaemon: notYet(shapes.DescribeDaemon$, 'DescribeDaemon'),
  DescribeDaemonDeployments: notYet(shapes.DescribeDaemonDeployments$, 'DescribeDaemonDeployments'),
  DescribeDaemonRevisions: notYet(shapes.DescribeDaemonRevisions$, 'DescribeDaemonRevisions'),
  DescribeDaemonTaskDefinition: notYet(shapes.DescribeDaemonTaskDefinition$, 'DescribeDaemonTaskDefinition'),
  DescribeExpressGatewayService: notYet(shapes.DescribeExpressGatewayService$, 'DescribeExpressGatewayService'),
  DescribeGateway: notYet(shapes.DescribeGateway$, 'DescribeGateway'),
  DescribeGatewayResources: notYet(shapes.DescribeGatewayResources$, 'DescribeGatewayResources'),
  DescribeGatewayRoute: notYet(shapes.DescribeGatewayRoute$, 'DescribeGatewayRoute'),
  DescribeServiceDeployments: notYet(shapes.DescribeServiceDeployments$, 'DescribeServiceDeployments'),
  DescribeServiceRevisions: notYet(shapes.DescribeServiceRevisions$, 'DescribeServiceRevisions'),
  DescribeServices: notYet(shapes.DescribeServices$, 'DescribeServices'),
  DescribeTaskDefinition: { schema: shapes.DescribeTaskDefinition$, handler: describeTaskDefinition },
  DescribeTaskSets: notYet(shapes.DescribeTaskSets$, 'DescribeTaskSets'),
  DescribeTasks: { schema: shapes.DescribeTasks$, handler: describeTasks },
  DisassociateGatewayFromCluster: notYet(shapes.DisassociateGatewayFromCluster$, 'DisassociateGatewayFromCluster'),
  DiscoverPollEndpoint: { schema: shapes.DiscoverPollEndpoint$, handler: discoverPollEndpoint },
  ExecuteCommand: notYet(shapes.ExecuteCommand$, 'ExecuteCommand'),
  GetTaskProtection: notYet(shapes.GetTaskProtection$, 'GetTaskProtection'),
  ListAccountSettings: notYet(shapes.ListAccountSettings$, 'ListAccountSettings'),
  ListAttributes: notYet(shapes.ListAttributes$, 'ListAttributes'),
  ListClusters: { schema: shapes.ListClusters$, handler: listClusters },
  ListContainerInstances: notYet(shapes.ListContainerInstances$, 'ListContainerInstances'),
  ListDaemonDeployments: notYet(shapes.ListDaemonDeployments$, 'ListDaemonDeployments'),
  ListDaemonTaskDefinitions: notYet(shapes.ListDaemonTaskDefinitions$, 'ListDaemonTaskDefinitions'),
  ListDaemons: notYet(shapes.ListDaemons$, 'ListDaemons'),
  ListGatewayClusterAssociations: notYet(shapes.ListGatewayClusterAssociations$, 'ListGatewayClusterAssociations'),
  ListGatewayRoutes: notYet(shapes.ListGatewayRoutes$, 'ListGatewayRoutes'),
  ListGateways: notYet(shapes.ListGateways$, 'ListGateways'),
  ListServiceDeployments: notYet(shapes.ListServiceDeployments$, 'ListServiceDeployments'),
  ListServices: notYet(shapes.ListServices$, 'ListServices'),
  ListServicesByNamespace: notYet(shapes.ListServicesByNamespace$, 'ListServicesByNamespace'),
  ListTagsForResource: notYet(shapes.ListTagsForResource$, 'ListTagsForResource'),
  ListTaskDefinitionFamilies: notYet(shapes.ListTaskDefinitionFamilies$, 'ListTaskDefinitionFamilies'),
  ListTaskDefinitions: notYet(shapes.ListTaskDefinitions$, 'ListTaskDefinitions'),
  ListTasks: notYet(shapes.ListTasks$, 'ListTasks'),
  PutAccountSetting: notYet(shapes.PutAccountSetting$, 'PutAccountSetting'),
  PutAccountSettingDefault: notYet(shapes.PutAccountSettingDefault$, 'PutAccountSettingDefault'),
  PutAttributes: notYet(shapes.PutAttributes$, 'PutAttributes'),
  PutClusterCapacityProviders: notYet(shapes.PutClusterCapacityProviders$, 'PutClusterCapacityProviders'),
  RegisterContainerInstance: { schema: shapes.RegisterContainerInstance$, handler: registerContainerInstance },
  RegisterDaemonTaskDefinition: notYet(shapes.RegisterDaemonTaskDefinition$, 'RegisterDaemonTaskDefinition'),
  RegisterTaskDefinition: { schema: shapes.RegisterTaskDefinition$, handler: registerTaskDefinition },
  RunTask: { schema: shapes.RunTask$, handler: runTask },
  StartTask: notYet(shapes.StartTask$, 'StartTask'),
  StopServiceDeployment: notYet(shapes.StopServiceDeployment$, 'StopServiceDeployment'),
  StopTask: { schema: shapes.StopTask$, handler: stopTask },
  SubmitAttachmentStateChanges: { schema: shapes.SubmitAttachmentStateChanges$, handler: submitAttachmentStateChanges },
  SubmitContainerStateChange: { schema: shapes.SubmitContainerStateChange$, handler: submitContainerStateChange },
  SubmitTaskStateChange: { schema: shapes.SubmitTaskStateChange$, handler: submitTaskStateChange },
  TagResource: notYet(shapes.TagResource$, 'TagResource'),
  UntagResource: notYet(shapes.UntagResource$, 'UntagResource'),
  UpdateCapacityProvider: notYet(shapes.UpdateCapacityProvider$, 'UpdateCapacityProvider'),
  UpdateCluster: notYet(shapes.UpdateCluster$, 'UpdateCluster'),
  UpdateClusterSettings: notYet(shapes.UpdateClusterSettings$, 'UpdateClusterSettings'),
  UpdateContainerAgent: notYet(shapes.UpdateContainerAgent$, 'UpdateContainerAgent'),
  UpdateContainerInstancesState: notYet(shapes.UpdateContainerInstancesState$, 'UpdateContainerInstancesState'),
  UpdateDaemon: notYet(shapes.UpdateDaemon$, 'UpdateDaemon'),
  UpdateExpressGatewayService: notYet(shapes.UpdateExpressGatewayService$, 'UpdateExpressGatewayService'),
  UpdateGateway: notYet(shapes.UpdateGateway$, 'UpdateGateway'),
  UpdateService: notYet(shapes.UpdateService$, 'UpdateService'),
  UpdateServicePrimaryTaskSet: notYet(shapes.UpdateServicePrimaryTaskSet$, 'UpdateServicePrimaryTaskSet'),
  UpdateTaskProtection: notYet(shapes.UpdateTaskProtection$, 'UpdateTaskProtection'),
  UpdateTaskSet: notYet(shapes.UpdateTaskSet$, 'UpdateTaskSet'),
} satisfies Record<EcsOperationName, Operation<EcsContext>>;

function notYet(schema: OperationSchema, operation: string): UnsupportedOperation {
  return unsupported(schema, operation, 'UnsupportedFeatureException');
}
