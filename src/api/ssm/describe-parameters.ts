// DescribeParameters, with its old and new filters, and GetParameterHistory.
import { parameters } from '#model/parameter.ts';
import { listPage } from '../list-page.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits, validation } from '../limits.ts';
import { invalidNextToken } from './errors.ts';
import { parseFilters } from './filters.ts';
import { findParameter, newestVersion, versionsOf } from './find-parameter.ts';
import { shownValue } from './secure-value.ts';
import type { DescribeParametersRequest, DescribeParametersResult, GetParameterHistoryRequest, GetParameterHistoryResult } from './shapes.ts';
import { viewHistory, viewMetadata } from './view-parameter.ts';

const PAGE = { minValue: 1, maxValue: 50 };

export function describeParameters(input: DescribeParametersRequest, ctx: VaultContext): DescribeParametersResult {
  checkLimits([input.MaxResults, 'maxResults', PAGE]);
  if (input.Filters !== undefined && input.ParameterFilters !== undefined) throw validation('You can use either Filters or ParameterFilters in a single request.');
  // The old filters match beginnings of names.
  const given = input.ParameterFilters ?? input.Filters?.map(({ Key, Values }) => ({ Key, Values, Option: Key === 'Name' ? 'BeginsWith' : 'Equals' }));
  const filters = parseFilters(given, ['Name', 'Type', 'KeyId', 'Path', 'Tier', 'DataType', 'Label', 'tag']);
  const found = [...ctx.store.by(parameters, 'scope', `${ctx.account}/${ctx.region}`)]
    .map((parameter) => ({ parameter, version: newestVersion(ctx.store, parameter) }))
    .filter(({ parameter, version }) => filters.every((filter) => filter.accepts(parameter, version)));
  const { rows, nextToken } = listPage('parameters', found, (row) => row.parameter.name, input.MaxResults ?? 50, input.NextToken, invalidNextToken);
  return { Parameters: rows.map(({ parameter, version }) => viewMetadata(parameter, version)), ...(nextToken !== undefined && { NextToken: nextToken }) };
}

export function getParameterHistory(input: GetParameterHistoryRequest, ctx: VaultContext): GetParameterHistoryResult {
  checkLimits([input.Name, 'name', { minLength: 1, maxLength: 2048 }], [input.MaxResults, 'maxResults', PAGE]);
  const parameter = findParameter(ctx.store, ctx, input.Name ?? '');
  const byNumber = (row: { version: number }): string => String(row.version).padStart(12, '0');
  const { rows, nextToken } = listPage(`history ${parameter.name}`, versionsOf(ctx.store, parameter), byNumber, input.MaxResults ?? 50, input.NextToken, invalidNextToken);
  return {
    Parameters: rows.map((version) => viewHistory(parameter, version, shownValue(ctx.store, ctx, version, parameter.arn, input.WithDecryption === true))),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}
