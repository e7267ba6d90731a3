// GetParametersByPath. Order of checks: constraints, path, filters, token.
import { isUnder, nameProblem } from '#core/secrets/parameter-name.ts';
import { parameters } from '#model/parameter.ts';
import { listPage } from '../list-page.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidNextToken, invalidPath } from './errors.ts';
import { newestVersion, versionsOf } from './find-parameter.ts';
import { labelsOf, parseFilters } from './filters.ts';
import { shownValue } from './secure-value.ts';
import type { GetParametersByPathRequest, GetParametersByPathResult } from './shapes.ts';
import { viewParameter } from './view-parameter.ts';

export function getParametersByPath(input: GetParametersByPathRequest, ctx: VaultContext): GetParametersByPathResult {
  const path = input.Path ?? '';
  checkLimits([path, 'path', { minLength: 1, maxLength: 2048 }], [input.MaxResults, 'maxResults', { minValue: 1, maxValue: 10 }]);
  if (!path.startsWith('/') || (path !== '/' && nameProblem(path.replace(/\/$/, '')) !== undefined)) throw invalidPath();
  const filters = parseFilters(input.ParameterFilters, ['Type', 'KeyId', 'Label']);
  const labels = labelsOf(filters);
  const wanted = [...ctx.store.by(parameters, 'scope', `${ctx.account}/${ctx.region}`)].flatMap((parameter) => {
    if (!isUnder(parameter.name, path, input.Recursive === true)) return [];
    // A label names the version to give, not the newest.
    const version = labels === undefined ? newestVersion(ctx.store, parameter) : versionsOf(ctx.store, parameter).find((v) => v.labels.some((label) => labels.includes(label)));
    return version !== undefined && filters.every((filter) => filter.accepts(parameter, version)) ? [{ parameter, version }] : [];
  });
  const list = `by-path ${path} ${String(input.Recursive === true)}`;
  const { rows, nextToken } = listPage(list, wanted, (row) => row.parameter.name, input.MaxResults ?? 10, input.NextToken, invalidNextToken);
  return {
    Parameters: rows.map(({ parameter, version }) => viewParameter(parameter, version, shownValue(ctx.store, ctx, version, parameter.arn, input.WithDecryption === true))),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}
