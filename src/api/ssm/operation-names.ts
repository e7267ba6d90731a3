// The names of all operations of the current model: the schemas are loaded at the first request only (shapes.ts).
// Does not compile when the SDK has an operation more or less.
import type { SsmOperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'AddTagsToResource', 'AssociateOpsItemRelatedItem', 'CancelCommand', 'CancelMaintenanceWindowExecution', 'CreateActivation',
  'CreateAssociation', 'CreateAssociationBatch', 'CreateCloudConnector', 'CreateDocument', 'CreateMaintenanceWindow', 'CreateOpsItem',
  'CreateOpsMetadata', 'CreatePatchBaseline', 'CreateResourceDataSync', 'DeleteActivation', 'DeleteAssociation', 'DeleteCloudConnector',
  'DeleteDocument', 'DeleteInventory', 'DeleteMaintenanceWindow', 'DeleteOpsItem', 'DeleteOpsMetadata', 'DeleteParameter',
  'DeleteParameters', 'DeletePatchBaseline', 'DeleteResourceDataSync', 'DeleteResourcePolicy',
  'DeregisterDefaultHostManagementConfiguration', 'DeregisterManagedInstance', 'DeregisterPatchBaselineForPatchGroup',
  'DeregisterTargetFromMaintenanceWindow', 'DeregisterTaskFromMaintenanceWindow', 'DescribeActivations', 'DescribeAssociation',
  'DescribeAssociationExecutionTargets', 'DescribeAssociationExecutions', 'DescribeAutomationExecutions',
  'DescribeAutomationStepExecutions', 'DescribeAvailablePatches', 'DescribeDocument', 'DescribeDocumentPermission',
  'DescribeEffectiveInstanceAssociations', 'DescribeEffectivePatchesForPatchBaseline', 'DescribeInstanceAssociationsStatus',
  'DescribeInstanceInformation', 'DescribeInstancePatchStates', 'DescribeInstancePatchStatesForPatchGroup', 'DescribeInstancePatches',
  'DescribeInstanceProperties', 'DescribeInventoryDeletions', 'DescribeMaintenanceWindowExecutionTaskInvocations',
  'DescribeMaintenanceWindowExecutionTasks', 'DescribeMaintenanceWindowExecutions', 'DescribeMaintenanceWindowSchedule',
  'DescribeMaintenanceWindowTargets', 'DescribeMaintenanceWindowTasks', 'DescribeMaintenanceWindows', 'DescribeMaintenanceWindowsForTarget',
  'DescribeOpsItems', 'DescribeParameters', 'DescribePatchBaselines', 'DescribePatchGroupState', 'DescribePatchGroups',
  'DescribePatchProperties', 'DescribeSessions', 'DisassociateOpsItemRelatedItem', 'GetAccessToken', 'GetAutomationExecution',
  'GetCalendarState', 'GetCloudConnector', 'GetCommandInvocation', 'GetConnectionStatus', 'GetDefaultPatchBaseline',
  'GetDeployablePatchSnapshotForInstance', 'GetDocument', 'GetExecutionPreview', 'GetInventory', 'GetInventorySchema',
  'GetMaintenanceWindow', 'GetMaintenanceWindowExecution', 'GetMaintenanceWindowExecutionTask',
  'GetMaintenanceWindowExecutionTaskInvocation', 'GetMaintenanceWindowTask', 'GetOpsItem', 'GetOpsMetadata', 'GetOpsSummary',
  'GetParameter', 'GetParameterHistory', 'GetParameters', 'GetParametersByPath', 'GetPatchBaseline', 'GetPatchBaselineForPatchGroup',
  'GetResourcePolicies', 'GetServiceSetting', 'LabelParameterVersion', 'ListAssociationVersions', 'ListAssociations', 'ListCloudConnectors',
  'ListCommandInvocations', 'ListCommands', 'ListComplianceItems', 'ListComplianceSummaries', 'ListDocumentMetadataHistory',
  'ListDocumentVersions', 'ListDocuments', 'ListInventoryEntries', 'ListNodes', 'ListNodesSummary', 'ListOpsItemEvents',
  'ListOpsItemRelatedItems', 'ListOpsMetadata', 'ListResourceComplianceSummaries', 'ListResourceDataSync', 'ListTagsForResource',
  'ModifyDocumentPermission', 'PutComplianceItems', 'PutInventory', 'PutParameter', 'PutResourcePolicy',
  'RegisterDefaultHostManagementConfiguration', 'RegisterDefaultPatchBaseline', 'RegisterPatchBaselineForPatchGroup',
  'RegisterTargetWithMaintenanceWindow', 'RegisterTaskWithMaintenanceWindow', 'RemoveTagsFromResource', 'ResetServiceSetting',
  'ResumeSession', 'SendAutomationSignal', 'SendCommand', 'StartAccessRequest', 'StartAssociationsOnce', 'StartAutomationExecution',
  'StartChangeRequestExecution', 'StartExecutionPreview', 'StartSession', 'StopAutomationExecution', 'TerminateSession',
  'UnlabelParameterVersion', 'UpdateAssociation', 'UpdateAssociationStatus', 'UpdateCloudConnector', 'UpdateDocument',
  'UpdateDocumentDefaultVersion', 'UpdateDocumentMetadata', 'UpdateMaintenanceWindow', 'UpdateMaintenanceWindowTarget',
  'UpdateMaintenanceWindowTask', 'UpdateManagedInstanceRole', 'UpdateOpsItem', 'UpdateOpsMetadata', 'UpdatePatchBaseline',
  'UpdateResourceDataSync', 'UpdateServiceSetting', 'ValidateCloudConnector',
] as const satisfies readonly SsmOperationName[];

type Forgotten = Exclude<SsmOperationName, (typeof OPERATION_NAMES)[number]>;
export const NONE_FORGOTTEN: [Forgotten] extends [never] ? true : Forgotten = true;
