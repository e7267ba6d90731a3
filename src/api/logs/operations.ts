// Every CloudWatch Logs operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation, OperationSchema } from '#wire/service.ts';
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import type { LogsContext } from './context.ts';
import { createLogGroup } from './create-log-group.ts';
import { createLogStream } from './create-log-stream.ts';
import { deleteLogGroup } from './delete-log-group.ts';
import { deleteLogStream } from './delete-log-stream.ts';
import { deleteRetentionPolicy } from './delete-retention-policy.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import { listLogGroups } from './list-log-groups.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTagsLogGroup } from './list-tags-log-group.ts';
import { putLogEvents } from './put-log-events.ts';
import { putLogGroupDeletionProtection } from './put-log-group-deletion-protection.ts';
import { putRetentionPolicy } from './put-retention-policy.ts';
import { startLiveTail } from './start-live-tail.ts';
import { tagLogGroup } from './tag-log-group.ts';
import { tagResource } from './tag-resource.ts';
import { testMetricFilter } from './test-metric-filter.ts';
import { untagLogGroup } from './untag-log-group.ts';
import { untagResource } from './untag-resource.ts';
import * as shapes from './shapes.ts';

/** The model has no error of this meaning; this is the code other services use for it. */
const notYet = (schema: OperationSchema, name: string): UnsupportedOperation => unsupported(schema, name, 'UnsupportedOperationException');

export const OPERATIONS = {
  AssociateKmsKey: notYet(shapes.AssociateKmsKey$, 'AssociateKmsKey'),
  AssociateSourceToS3TableIntegration: notYet(shapes.AssociateSourceToS3TableIntegration$, 'AssociateSourceToS3TableIntegration'),
  CancelExportTask: notYet(shapes.CancelExportTask$, 'CancelExportTask'),
  CancelImportTask: notYet(shapes.CancelImportTask$, 'CancelImportTask'),
  CreateDelivery: notYet(shapes.CreateDelivery$, 'CreateDelivery'),
  CreateExportTask: notYet(shapes.CreateExportTask$, 'CreateExportTask'),
  CreateImportTask: notYet(shapes.CreateImportTask$, 'CreateImportTask'),
  CreateLogAnomalyDetector: notYet(shapes.CreateLogAnomalyDetector$, 'CreateLogAnomalyDetector'),
  CreateLogGroup: { schema: shapes.CreateLogGroup$, handler: createLogGroup },
  CreateLogStream: { schema: shapes.CreateLogStream$, handler: createLogStream },
  CreateLookupTable: notYet(shapes.CreateLookupTable$, 'CreateLookupTable'),
  CreateScheduledQuery: notYet(shapes.CreateScheduledQuery$, 'CreateScheduledQuery'),
  DeleteAccountPolicy: notYet(shapes.DeleteAccountPolicy$, 'DeleteAccountPolicy'),
  DeleteDataProtectionPolicy: notYet(shapes.DeleteDataProtectionPolicy$, 'DeleteDataProtectionPolicy'),
  DeleteDelivery: notYet(shapes.DeleteDelivery$, 'DeleteDelivery'),
  DeleteDeliveryDestination: notYet(shapes.DeleteDeliveryDestination$, 'DeleteDeliveryDestination'),
  DeleteDeliveryDestinationPolicy: notYet(shapes.DeleteDeliveryDestinationPolicy$, 'DeleteDeliveryDestinationPolicy'),
  DeleteDeliverySource: notYet(shapes.DeleteDeliverySource$, 'DeleteDeliverySource'),
  DeleteDestination: notYet(shapes.DeleteDestination$, 'DeleteDestination'),
  DeleteIndexPolicy: notYet(shapes.DeleteIndexPolicy$, 'DeleteIndexPolicy'),
  DeleteIntegration: notYet(shapes.DeleteIntegration$, 'DeleteIntegration'),
  DeleteLogAnomalyDetector: notYet(shapes.DeleteLogAnomalyDetector$, 'DeleteLogAnomalyDetector'),
  DeleteLogGroup: { schema: shapes.DeleteLogGroup$, handler: deleteLogGroup },
  DeleteLogStream: { schema: shapes.DeleteLogStream$, handler: deleteLogStream },
  DeleteLookupTable: notYet(shapes.DeleteLookupTable$, 'DeleteLookupTable'),
  DeleteMetricFilter: notYet(shapes.DeleteMetricFilter$, 'DeleteMetricFilter'),
  DeleteQueryDefinition: notYet(shapes.DeleteQueryDefinition$, 'DeleteQueryDefinition'),
  DeleteResourcePolicy: notYet(shapes.DeleteResourcePolicy$, 'DeleteResourcePolicy'),
  DeleteRetentionPolicy: { schema: shapes.DeleteRetentionPolicy$, handler: deleteRetentionPolicy },
  DeleteScheduledQuery: notYet(shapes.DeleteScheduledQuery$, 'DeleteScheduledQuery'),
  DeleteSubscriptionFilter: notYet(shapes.DeleteSubscriptionFilter$, 'DeleteSubscriptionFilter'),
  DeleteSyslogConfiguration: notYet(shapes.DeleteSyslogConfiguration$, 'DeleteSyslogConfiguration'),
  DeleteTransformer: notYet(shapes.DeleteTransformer$, 'DeleteTransformer'),
  DescribeAccountPolicies: notYet(shapes.DescribeAccountPolicies$, 'DescribeAccountPolicies'),
  DescribeConfigurationTemplates: notYet(shapes.DescribeConfigurationTemplates$, 'DescribeConfigurationTemplates'),
  DescribeDeliveries: notYet(shapes.DescribeDeliveries$, 'DescribeDeliveries'),
  DescribeDeliveryDestinations: notYet(shapes.DescribeDeliveryDestinations$, 'DescribeDeliveryDestinations'),
  DescribeDeliverySources: notYet(shapes.DescribeDeliverySources$, 'DescribeDeliverySources'),
  DescribeDestinations: notYet(shapes.DescribeDestinations$, 'DescribeDestinations'),
  DescribeExportTasks: notYet(shapes.DescribeExportTasks$, 'DescribeExportTasks'),
  DescribeFieldIndexes: notYet(shapes.DescribeFieldIndexes$, 'DescribeFieldIndexes'),
  DescribeImportTaskBatches: notYet(shapes.DescribeImportTaskBatches$, 'DescribeImportTaskBatches'),
  DescribeImportTasks: notYet(shapes.DescribeImportTasks$, 'DescribeImportTasks'),
  DescribeIndexPolicies: notYet(shapes.DescribeIndexPolicies$, 'DescribeIndexPolicies'),
  DescribeLogGroups: { schema: shapes.DescribeLogGroups$, handler: describeLogGroups },
  DescribeLogStreams: { schema: shapes.DescribeLogStreams$, handler: describeLogStreams },
  DescribeLookupTables: notYet(shapes.DescribeLookupTables$, 'DescribeLookupTables'),
  DescribeMetricFilters: notYet(shapes.DescribeMetricFilters$, 'DescribeMetricFilters'),
  DescribeQueries: notYet(shapes.DescribeQueries$, 'DescribeQueries'),
  DescribeQueryDefinitions: notYet(shapes.DescribeQueryDefinitions$, 'DescribeQueryDefinitions'),
  DescribeResourcePolicies: notYet(shapes.DescribeResourcePolicies$, 'DescribeResourcePolicies'),
  DescribeSubscriptionFilters: notYet(shapes.DescribeSubscriptionFilters$, 'DescribeSubscriptionFilters'),
  DisassociateKmsKey: notYet(shapes.DisassociateKmsKey$, 'DisassociateKmsKey'),
  DisassociateSourceFromS3TableIntegration: notYet(shapes.DisassociateSourceFromS3TableIntegration$, 'DisassociateSourceFromS3TableIntegration'),
  FilterLogEvents: { schema: shapes.FilterLogEvents$, handler: filterLogEvents },
  GetDataProtectionPolicy: notYet(shapes.GetDataProtectionPolicy$, 'GetDataProtectionPolicy'),
  GetDelivery: notYet(shapes.GetDelivery$, 'GetDelivery'),
  GetDeliveryDestination: notYet(shapes.GetDeliveryDestination$, 'GetDeliveryDestination'),
  GetDeliveryDestinationPolicy: notYet(shapes.GetDeliveryDestinationPolicy$, 'GetDeliveryDestinationPolicy'),
  GetDeliverySource: notYet(shapes.GetDeliverySource$, 'GetDeliverySource'),
  GetIntegration: notYet(shapes.GetIntegration$, 'GetIntegration'),
  GetLogAnomalyDetector: notYet(shapes.GetLogAnomalyDetector$, 'GetLogAnomalyDetector'),
  GetLogEvents: { schema: shapes.GetLogEvents$, handler: getLogEvents },
  GetLogFields: notYet(shapes.GetLogFields$, 'GetLogFields'),
  GetLogGroupFields: notYet(shapes.GetLogGroupFields$, 'GetLogGroupFields'),
  GetLogObject: notYet(shapes.GetLogObject$, 'GetLogObject'),
  GetLogRecord: notYet(shapes.GetLogRecord$, 'GetLogRecord'),
  GetLookupTable: notYet(shapes.GetLookupTable$, 'GetLookupTable'),
  GetQueryResults: notYet(shapes.GetQueryResults$, 'GetQueryResults'),
  GetScheduledQuery: notYet(shapes.GetScheduledQuery$, 'GetScheduledQuery'),
  GetScheduledQueryHistory: notYet(shapes.GetScheduledQueryHistory$, 'GetScheduledQueryHistory'),
  GetStorageTierPolicy: notYet(shapes.GetStorageTierPolicy$, 'GetStorageTierPolicy'),
  GetTransformer: notYet(shapes.GetTransformer$, 'GetTransformer'),
  ListAggregateLogGroupSummaries: notYet(shapes.ListAggregateLogGroupSummaries$, 'ListAggregateLogGroupSummaries'),
  ListAnomalies: notYet(shapes.ListAnomalies$, 'ListAnomalies'),
  ListIntegrations: notYet(shapes.ListIntegrations$, 'ListIntegrations'),
  ListLogAnomalyDetectors: notYet(shapes.ListLogAnomalyDetectors$, 'ListLogAnomalyDetectors'),
  ListLogGroups: { schema: shapes.ListLogGroups$, handler: listLogGroups },
  ListLogGroupsForQuery: notYet(shapes.ListLogGroupsForQuery$, 'ListLogGroupsForQuery'),
  ListScheduledQueries: notYet(shapes.ListScheduledQueries$, 'ListScheduledQueries'),
  ListSourcesForS3TableIntegration: notYet(shapes.ListSourcesForS3TableIntegration$, 'ListSourcesForS3TableIntegration'),
  ListSyslogConfigurations: notYet(shapes.ListSyslogConfigurations$, 'ListSyslogConfigurations'),
  ListTagsForResource: { schema: shapes.ListTagsForResource$, handler: listTagsForResource },
  ListTagsLogGroup: { schema: shapes.ListTagsLogGroup$, handler: listTagsLogGroup },
  PutAccountPolicy: notYet(shapes.PutAccountPolicy$, 'PutAccountPolicy'),
  PutBearerTokenAuthentication: notYet(shapes.PutBearerTokenAuthentication$, 'PutBearerTokenAuthentication'),
  PutDataProtectionPolicy: notYet(shapes.PutDataProtectionPolicy$, 'PutDataProtectionPolicy'),
  PutDeliveryDestination: notYet(shapes.PutDeliveryDestination$, 'PutDeliveryDestination'),
  PutDeliveryDestinationPolicy: notYet(shapes.PutDeliveryDestinationPolicy$, 'PutDeliveryDestinationPolicy'),
  PutDeliverySource: notYet(shapes.PutDeliverySource$, 'PutDeliverySource'),
  PutDestination: notYet(shapes.PutDestination$, 'PutDestination'),
  PutDestinationPolicy: notYet(shapes.PutDestinationPolicy$, 'PutDestinationPolicy'),
  PutIndexPolicy: notYet(shapes.PutIndexPolicy$, 'PutIndexPolicy'),
  PutIntegration: notYet(shapes.PutIntegration$, 'PutIntegration'),
  PutLogEvents: { schema: shapes.PutLogEvents$, handler: putLogEvents },
  PutLogGroupDeletionProtection: { schema: shapes.PutLogGroupDeletionProtection$, handler: putLogGroupDeletionProtection },
  PutMetricFilter: notYet(shapes.PutMetricFilter$, 'PutMetricFilter'),
  PutQueryDefinition: notYet(shapes.PutQueryDefinition$, 'PutQueryDefinition'),
  PutResourcePolicy: notYet(shapes.PutResourcePolicy$, 'PutResourcePolicy'),
  PutRetentionPolicy: { schema: shapes.PutRetentionPolicy$, handler: putRetentionPolicy },
  PutStorageTierPolicy: notYet(shapes.PutStorageTierPolicy$, 'PutStorageTierPolicy'),
  PutSubscriptionFilter: notYet(shapes.PutSubscriptionFilter$, 'PutSubscriptionFilter'),
  PutSyslogConfiguration: notYet(shapes.PutSyslogConfiguration$, 'PutSyslogConfiguration'),
  PutTransformer: notYet(shapes.PutTransformer$, 'PutTransformer'),
  StartLiveTail: { schema: shapes.StartLiveTail$, handler: startLiveTail },
  StartQuery: notYet(shapes.StartQuery$, 'StartQuery'),
  StopQuery: notYet(shapes.StopQuery$, 'StopQuery'),
  TagLogGroup: { schema: shapes.TagLogGroup$, handler: tagLogGroup },
  TagResource: { schema: shapes.TagResource$, handler: tagResource },
  TestMetricFilter: { schema: shapes.TestMetricFilter$, handler: testMetricFilter },
  TestTransformer: notYet(shapes.TestTransformer$, 'TestTransformer'),
  UntagLogGroup: { schema: shapes.UntagLogGroup$, handler: untagLogGroup },
  UntagResource: { schema: shapes.UntagResource$, handler: untagResource },
  UpdateAnomaly: notYet(shapes.UpdateAnomaly$, 'UpdateAnomaly'),
  UpdateDeliveryConfiguration: notYet(shapes.UpdateDeliveryConfiguration$, 'UpdateDeliveryConfiguration'),
  UpdateLogAnomalyDetector: notYet(shapes.UpdateLogAnomalyDetector$, 'UpdateLogAnomalyDetector'),
  UpdateLookupTable: notYet(shapes.UpdateLookupTable$, 'UpdateLookupTable'),
  UpdateScheduledQuery: notYet(shapes.UpdateScheduledQuery$, 'UpdateScheduledQuery'),
} satisfies Record<shapes.LogsOperationName, Operation<LogsContext>>;
