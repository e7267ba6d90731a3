// Launch templates as EC2 shows them.
import type { LaunchTemplate as TemplateRow, LaunchTemplateVersion as VersionRow } from '#model/launch-template.ts';
import type { LaunchTemplate, LaunchTemplateVersion, RequestLaunchTemplateData } from './shapes.ts';
import { viewTags } from './tags.ts';

export function viewTemplate(template: TemplateRow): LaunchTemplate {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdAt),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    ...(template.tags.length > 0 && { Tags: viewTags(template.tags) }),
  };
}

export function viewVersion(template: TemplateRow, version: VersionRow): LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.version,
    ...(version.description !== undefined && { VersionDescription: version.description }),
    CreateTime: new Date(version.createdAt),
    CreatedBy: version.createdBy,
    DefaultVersion: version.version === template.defaultVersion,
    LaunchTemplateData: viewData(version.data as RequestLaunchTemplateData) as LaunchTemplateVersion['LaunchTemplateData'],
  };
}

/** Stored as text, dates are dates again. */
function viewData(data: RequestLaunchTemplateData): RequestLaunchTemplateData {
  const spot = data.InstanceMarketOptions?.SpotOptions;
  if (spot?.ValidUntil === undefined) return data;
  return { ...data, InstanceMarketOptions: { ...data.InstanceMarketOptions, SpotOptions: { ...spot, ValidUntil: new Date(spot.ValidUntil) } } };
}
