// The names of all operations of the current model: the schemas are loaded at the first request only (shapes.ts).
// Does not compile when the SDK has an operation more or less.
import type { CloudTrailOperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'AddTags', 'CancelQuery', 'CreateChannel', 'CreateDashboard', 'CreateEventDataStore', 'CreateTrail', 'DeleteChannel', 'DeleteDashboard',
  'DeleteEventDataStore', 'DeleteResourcePolicy', 'DeleteTrail', 'DeregisterOrganizationDelegatedAdmin', 'DescribeQuery', 'DescribeTrails',
  'DisableFederation', 'EnableFederation', 'GenerateQuery', 'GetChannel', 'GetDashboard', 'GetEventConfiguration', 'GetEventDataStore',
  'GetEventSelectors', 'GetImport', 'GetInsightSelectors', 'GetQueryResults', 'GetResourcePolicy', 'GetTrail', 'GetTrailStatus',
  'ListChannels', 'ListDashboards', 'ListEventDataStores', 'ListImportFailures', 'ListImports', 'ListInsightsData',
  'ListInsightsMetricData', 'ListPublicKeys', 'ListQueries', 'ListTags', 'ListTrails', 'LookupEvents', 'PutEventConfiguration',
  'PutEventSelectors', 'PutInsightSelectors', 'PutResourcePolicy', 'RegisterOrganizationDelegatedAdmin', 'RemoveTags',
  'RestoreEventDataStore', 'SearchSampleQueries', 'StartDashboardRefresh', 'StartEventDataStoreIngestion', 'StartImport', 'StartLogging',
  'StartQuery', 'StopEventDataStoreIngestion', 'StopImport', 'StopLogging', 'UpdateChannel', 'UpdateDashboard', 'UpdateEventDataStore',
  'UpdateTrail',
] as const satisfies readonly CloudTrailOperationName[];

type Forgotten = Exclude<CloudTrailOperationName, (typeof OPERATION_NAMES)[number]>;
export const NONE_FORGOTTEN: [Forgotten] extends [never] ? true : Forgotten = true;
