// DescribeLaunchTemplates and DescribeLaunchTemplateVersions.
import { launchTemplates, launchTemplateVersions, type LaunchTemplate, type LaunchTemplateVersion } from '#model/launch-template.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { missingParameter } from './errors.ts';
import { parseFilters, type Fields } from './filters.ts';
import { getTemplate, getVersion } from './find-launch-template.ts';
import { listRows, pageByKey } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult, DescribeLaunchTemplateVersionsRequest, DescribeLaunchTemplateVersionsResult } from './shapes.ts';
import { viewTemplate, viewVersion } from './view-launch-template.ts';

const FILTERS: Fields<LaunchTemplate> = {
  'create-time': (template) => new Date(template.createdAt).toISOString(),
  'launch-template-name': (template) => template.name,
};

const VERSION_FILTERS: Fields<LaunchTemplateVersion> = {
  'create-time': ({ createdAt }) => new Date(createdAt).toISOString(),
  'image-id': ({ launch }) => launch.imageId,
  'instance-type': ({ launch }) => launch.instanceType,
  'iam-instance-profile': ({ launch }) => launch.instanceProfileArn,
};

export function describeLaunchTemplates(input: DescribeLaunchTemplatesRequest, ctx: ApiContext): DescribeLaunchTemplatesResult {
  return look(ctx, input, (reader) => {
    const where = parseFilters(input.Filters, FILTERS, (template) => template.tags);
    const named = [
      ...(input.LaunchTemplateIds ?? []).map((LaunchTemplateId) => getTemplate(reader, ctx, { LaunchTemplateId })),
      ...(input.LaunchTemplateNames ?? []).map((LaunchTemplateName) => getTemplate(reader, ctx, { LaunchTemplateName })),
    ];
    const only = named.length === 0 ? undefined : ({ kind: 'launch-template', ids: [...new Set(named.map(({ id }) => id))] } as const);
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeLaunchTemplates', input, table: launchTemplates, where, only });
    return { LaunchTemplates: rows.map(viewTemplate), ...next };
  });
}

export function describeLaunchTemplateVersions(input: DescribeLaunchTemplateVersionsRequest, ctx: ApiContext): DescribeLaunchTemplateVersionsResult {
  return look(ctx, input, (reader) => {
    const where = parseFilters(input.Filters, VERSION_FILTERS);
    const versions = chosenVersions(reader, ctx, input).filter((version) => where(version));
    // Newest first, as in EC2; the key of a page counts down.
    const { rows, ...next } = pageByKey('DescribeLaunchTemplateVersions', ctx, input, versions, (v) => `${v.templateId}/${String(1e9 - v.version).padStart(10, '0')}`);
    return { LaunchTemplateVersions: rows.flatMap((version) => viewOf(reader, version)), ...next };
  });
}

function viewOf(reader: Reader, version: LaunchTemplateVersion) {
  const template = reader.get(launchTemplates, version.templateId);
  return template === undefined ? [] : [viewVersion(template, version)];
}

/** Versions of one template, or, without a template, the `$Latest` or `$Default` of them all. */
function chosenVersions(reader: Reader, ctx: ApiContext, input: DescribeLaunchTemplateVersionsRequest): LaunchTemplateVersion[] {
  const asked = input.Versions ?? [];
  if (input.LaunchTemplateId === undefined && input.LaunchTemplateName === undefined) {
    if (asked.length === 0 || !asked.every((version) => version.startsWith('$'))) throw missingParameter('LaunchTemplateId');
    const templates = [...reader.by(launchTemplates, 'scope', `${ctx.account}/${ctx.region}`)];
    return unique(templates.flatMap((template) => asked.map((version) => getVersion(reader, template, version))));
  }
  const template = getTemplate(reader, ctx, input);
  if (asked.length > 0) return unique(asked.map((version) => getVersion(reader, template, version)));
  const within = (v: LaunchTemplateVersion): boolean => v.version >= Number(input.MinVersion ?? 1) && v.version <= Number(input.MaxVersion ?? Infinity);
  return [...reader.by(launchTemplateVersions, 'template', template.id)].filter(within);
}

function unique(versions: readonly LaunchTemplateVersion[]): LaunchTemplateVersion[] {
  return [...new Set(versions)];
}
