// Every ECS operation of the current model: what answers it, or that Longshore does not have it yet.
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import type { Operation, OperationSchema } from '#wire/service.ts';
import type { EcsContext } from './context.ts';
import { continueServiceDeployment } from './continue-service-deployment.ts';
import { deleteCapacityProvider, updateCapacityProvider } from './change-capacity-provider.ts';
import { createCapacityProvider } from './create-capacity-provider.ts';
import { createCluster } from './create-cluster.ts';
import { createService } from './create-service.ts';
import { createTaskSet } from './create-task-set.ts';
import { deleteAccountSetting } from './delete-account-setting.ts';
import { deleteAttributes } from './delete-attributes.ts';
import { deleteCluster } from './delete-cluster.ts';
import { deleteService } from './delete-service.ts';
import { deleteTaskDefinitions } from './delete-task-definitions.ts';
import { deleteTaskSet } from './delete-task-set.ts';
import { deregisterContainerInstance } from './deregister-container-instance.ts';
import { deregisterTaskDefinition } from './deregister-task-definition.ts';
import { describeCapacityProviders } from './describe-capacity-providers.ts';
import { describeClusters } from './describe-clusters.ts';
import { describeContainerInstances } from './describe-container-instances.ts';
import { describeServiceDeployments } from './describe-service-deployments.ts';
import { describeServiceRevisions } from './describe-service-revisions.ts';
import { describeServices } from './describe-services.ts';
import { describeTaskDefinition } from './describe-task-definition.ts';
import { describeTaskSets } from './describe-task-sets.ts';
import { describeTasks } from './describe-tasks.ts';
import { discoverPollEndpoint } from './discover-poll-endpoint.ts';
import { executeCommand } from './execute-command.ts';
import { getTaskProtection } from './get-task-protection.ts';
import { listAccountSettings } from './list-account-settings.ts';
import { listAttributes } from './list-attributes.ts';
import { listClusters } from './list-clusters.ts';
import { listContainerInstances } from './list-container-instances.ts';
import { listServiceDeployments } from './list-service-deployments.ts';
import { listServices } from './list-services.ts';
import { listServicesByNamespace } from './list-services-by-namespace.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTaskDefinitionFamilies } from './list-task-definition-families.ts';
import { listTaskDefinitions } from './list-task-definitions.ts';
import { listTasks } from './list-tasks.ts';
import { putAccountSetting } from './put-account-setting.ts';
import { putAccountSettingDefault } from './put-account-setting-default.ts';
import { putAttributes } from './put-attributes.ts';
import { putClusterCapacityProviders } from './put-cluster-capacity-providers.ts';
import { registerContainerInstance } from './register-container-instance.ts';
import { registerTaskDefinition } from './register-task-definition.ts';
import { runTask } from './run-task.ts';
import { startTask } from './start-task.ts';
import { stopServiceDeployment } from './stop-service-deployment.ts';
import { stopTask } from './stop-task.ts';
import { submitAttachmentStateChanges } from './submit-attachment-state-changes.ts';
import { submitContainerStateChange } from './submit-container-state-change.ts';
import { submitTaskStateChange } from './submit-task-state-change.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateCluster } from './update-cluster.ts';
import { updateClusterSettings } from './update-cluster-settings.ts';
import { updateContainerAgent } from './update-container-agent.ts';
import { updateContainerInstancesState } from './update-container-instances-state.ts';
import { updateService } from './update-service.ts';
import { updateServicePrimaryTaskSet } from './update-service-primary-task-set.ts';
import { updateTaskProtection } from './update-task-protection.ts';
import { updateTaskSet } from './update-task-set.ts';
import * as shapes from './shapes.ts';
import type { EcsOperationName } from './shapes.ts';

export const OPERATIONS = {
  AssociateGatewayWithCluster: notYet(shapes.AssociateGatewayWithCluster$, 'AssociateGatewayWithCluster'),
  ContinueServiceDeployment: { schema: shapes.ContinueServiceDeployment$, handler: continueServiceDeployment },
  CreateCapacityProvider: { schema: shapes.CreateCapacityProvider$, handler: createCapacityProvider },
  CreateCluster: { schema: shapes.CreateCluster$, handler: createCluster },
  CreateDaemon: notYet(shapes.CreateDaemon$, 'CreateDaemon'),
  CreateExpressGatewayService: notYet(shapes.CreateExpressGatewayService$, 'CreateExpressGatewayService'),
  CreateGateway: notYet(shapes.CreateGateway$, 'CreateGateway'),
  CreateService: { schema: shapes.CreateService$, handler: createService },
  CreateTaskSet: { schema: shapes.CreateTaskSet$, handler: createTaskSet },
  DeleteAccountSetting: { schema: shapes.DeleteAccountSetting$, handler: deleteAccountSetting },
  DeleteAttributes: { schema: shapes.DeleteAttributes$, handler: deleteAttributes },
  DeleteCapacityProvider: { schema: shapes.DeleteCapacityProvider$, handler: deleteCapacityProvider },
  DeleteCluster: { schema: shapes.DeleteCluster$, handler: deleteCluster },
  DeleteDaemon: notYet(shapes.DeleteDaemon$, 'DeleteDaemon'),
  DeleteDaemonTaskDefinition: notYet(shapes.DeleteDaemonTaskDefinition$, 'DeleteDaemonTaskDefinition'),
  DeleteExpressGatewayService: notYet(shapes.DeleteExpressGatewayService$, 'DeleteExpressGatewayService'),
  DeleteGateway: notYet(shapes.DeleteGateway$, 'DeleteGateway'),
  DeleteService: { schema: shapes.DeleteService$, handler: deleteService },
  DeleteTaskDefinitions: { schema: shapes.DeleteTaskDefinitions$, handler: deleteTaskDefinitions },
  DeleteTaskSet: { schema: shapes.DeleteTaskSet$, handler: deleteTaskSet },
  DeregisterContainerInstance: { schema: shapes.DeregisterContainerInstance$, handler: deregisterContainerInstance },
  DeregisterTaskDefinition: { schema: shapes.DeregisterTaskDefinition$, handler: deregisterTaskDefinition },
  DescribeCapacityProviders: { schema: shapes.DescribeCapacityProviders$, handler: describeCapacityProviders },
  DescribeClusters: { schema: shapes.DescribeClusters$, handler: describeClusters },
  DescribeContainerInstances: { schema: shapes.DescribeContainerInstances$, handler: describeContainerInstances },
  DescribeDaemon: notYet(shapes.DescribeDaemon$, 'DescribeDaemon'),
  DescribeDaemonDeployments: notYet(shapes.DescribeDaemonDeployments$, 'DescribeDaemonDeployments'),
  DescribeDaemonRevisions: notYet(shapes.DescribeDaemonRevisions$, 'DescribeDaemonRevisions'),
  DescribeDaemonTaskDefinition: notYet(shapes.DescribeDaemonTaskDefinition$, 'DescribeDaemonTaskDefinition'),
  DescribeExpressGatewayService: notYet(shapes.DescribeExpressGatewayService$, 'DescribeExpressGatewayService'),
  DescribeGateway: notYet(shapes.DescribeGateway$, 'DescribeGateway'),
  DescribeGatewayResources: notYet(shapes.DescribeGatewayResources$, 'DescribeGatewayResources'),
  DescribeGatewayRoute: notYet(shapes.DescribeGatewayRoute$, 'DescribeGatewayRoute'),
  DescribeServiceDeployments: { schema: shapes.DescribeServiceDeployments$, handler: describeServiceDeployments },
  DescribeServiceRevisions: { schema: shapes.DescribeServiceRevisions$, handler: describeServiceRevisions },
  DescribeServices: { schema: shapes.DescribeServices$, handler: describeServices },
  DescribeTaskDefinition: { schema: shapes.DescribeTaskDefinition$, handler: describeTaskDefinition },
  DescribeTaskSets: { schema: shapes.DescribeTaskSets$, handler: describeTaskSets },
  DescribeTasks: { schema: shapes.DescribeTasks$, handler: describeTasks },
  DisassociateGatewayFromCluster: notYet(shapes.DisassociateGatewayFromCluster$, 'DisassociateGatewayFromCluster'),
  DiscoverPollEndpoint: { schema: shapes.DiscoverPollEndpoint$, handler: discoverPollEndpoint },
  ExecuteCommand: { schema: shapes.ExecuteCommand$, handler: executeCommand },
  GetTaskProtection: { schema: shapes.GetTaskProtection$, handler: getTaskProtection },
  ListAccountSettings: { schema: shapes.ListAccountSettings$, handler: listAccountSettings },
  ListAttributes: { schema: shapes.ListAttributes$, handler: listAttributes },
  ListClusters: { schema: shapes.ListClusters$, handler: listClusters },
  ListContainerInstances: { schema: shapes.ListContainerInstances$, handler: listContainerInstances },
  ListDaemonDeployments: notYet(shapes.ListDaemonDeployments$, 'ListDaemonDeployments'),
  ListDaemonTaskDefinitions: notYet(shapes.ListDaemonTaskDefinitions$, 'ListDaemonTaskDefinitions'),
  ListDaemons: notYet(shapes.ListDaemons$, 'ListDaemons'),
  ListGatewayClusterAssociations: notYet(shapes.ListGatewayClusterAssociations$, 'ListGatewayClusterAssociations'),
  ListGatewayRoutes: notYet(shapes.ListGatewayRoutes$, 'ListGatewayRoutes'),
  ListGateways: notYet(shapes.ListGateways$, 'ListGateways'),
  ListServiceDeployments: { schema: shapes.ListServiceDeployments$, handler: listServiceDeployments },
  ListServices: { schema: shapes.ListServices$, handler: listServices },
  ListServicesByNamespace: { schema: shapes.ListServicesByNamespace$, handler: listServicesByNamespace },
  ListTagsForResource: { schema: shapes.ListTagsForResource$, handler: listTagsForResource },
  ListTaskDefinitionFamilies: { schema: shapes.ListTaskDefinitionFamilies$, handler: listTaskDefinitionFamilies },
  ListTaskDefinitions: { schema: shapes.ListTaskDefinitions$, handler: listTaskDefinitions },
  ListTasks: { schema: shapes.ListTasks$, handler: listTasks },
  PutAccountSetting: { schema: shapes.PutAccountSetting$, handler: putAccountSetting },
  PutAccountSettingDefault: { schema: shapes.PutAccountSettingDefault$, handler: putAccountSettingDefault },
  PutAttributes: { schema: shapes.PutAttributes$, handler: putAttributes },
  PutClusterCapacityProviders: { schema: shapes.PutClusterCapacityProviders$, handler: putClusterCapacityProviders },
  RegisterContainerInstance: { schema: shapes.RegisterContainerInstance$, handler: registerContainerInstance },
  RegisterDaemonTaskDefinition: notYet(shapes.RegisterDaemonTaskDefinition$, 'RegisterDaemonTaskDefinition'),
  RegisterTaskDefinition: { schema: shapes.RegisterTaskDefinition$, handler: registerTaskDefinition },
  RunTask: { schema: shapes.RunTask$, handler: runTask },
  StartTask: { schema: shapes.StartTask$, handler: startTask },
  StopServiceDeployment: { schema: shapes.StopServiceDeployment$, handler: stopServiceDeployment },
  StopTask: { schema: shapes.StopTask$, handler: stopTask },
  SubmitAttachmentStateChanges: { schema: shapes.SubmitAttachmentStateChanges$, handler: submitAttachmentStateChanges },
  SubmitContainerStateChange: { schema: shapes.SubmitContainerStateChange$, handler: submitContainerStateChange },
  SubmitTaskStateChange: { schema: shapes.SubmitTaskStateChange$, handler: submitTaskStateChange },
  TagResource: { schema: shapes.TagResource$, handler: tagResource },
  UntagResource: { schema: shapes.UntagResource$, handler: untagResource },
  UpdateCapacityProvider: { schema: shapes.UpdateCapacityProvider$, handler: updateCapacityProvider },
  UpdateCluster: { schema: shapes.UpdateCluster$, handler: updateCluster },
  UpdateClusterSettings: { schema: shapes.UpdateClusterSettings$, handler: updateClusterSettings },
  UpdateContainerAgent: { schema: shapes.UpdateContainerAgent$, handler: updateContainerAgent },
  UpdateContainerInstancesState: { schema: shapes.UpdateContainerInstancesState$, handler: updateContainerInstancesState },
  UpdateDaemon: notYet(shapes.UpdateDaemon$, 'UpdateDaemon'),
  UpdateExpressGatewayService: notYet(shapes.UpdateExpressGatewayService$, 'UpdateExpressGatewayService'),
  UpdateGateway: notYet(shapes.UpdateGateway$, 'UpdateGateway'),
  UpdateService: { schema: shapes.UpdateService$, handler: updateService },
  UpdateServicePrimaryTaskSet: { schema: shapes.UpdateServicePrimaryTaskSet$, handler: updateServicePrimaryTaskSet },
  UpdateTaskProtection: { schema: shapes.UpdateTaskProtection$, handler: updateTaskProtection },
  UpdateTaskSet: { schema: shapes.UpdateTaskSet$, handler: updateTaskSet },
} satisfies Record<EcsOperationName, Operation<EcsContext>>;

function notYet(schema: OperationSchema, operation: string): UnsupportedOperation {
  return unsupported(schema, operation, 'UnsupportedFeatureException');
}
