// Which version of a launch template is meant, and its launch with a request's own values over it.
import type { LaunchTemplate, TemplateLaunch } from '#model/launch-template.ts';

/** The number that `$Latest`, `$Default`, nothing or a number stands for; undefined for anything else. */
export function versionNumber(template: Pick<LaunchTemplate, 'latestVersion' | 'defaultVersion'>, version: string | undefined): number | undefined {
  if (version === undefined || version === '' || version === '$Default') return template.defaultVersion;
  if (version === '$Latest') return template.latestVersion;
  return /^[1-9]\d{0,8}$/.test(version) ? Number(version) : undefined;
}

export const EMPTY_LAUNCH: TemplateLaunch = { securityGroupIds: [], spot: false, terminationProtected: false, tags: [], interfaceTags: [] };

/** The request's values where it has any, else the template's; tags of both, the request's in front. */
export function mergeLaunch(template: TemplateLaunch, own: TemplateLaunch): TemplateLaunch {
  return {
    ...template,
    ...own,
    securityGroupIds: own.securityGroupIds.length > 0 ? own.securityGroupIds : template.securityGroupIds,
    spot: own.spot || template.spot,
    terminationProtected: own.terminationProtected || template.terminationProtected,
    tags: mergeTags(template.tags, own.tags),
    interfaceTags: mergeTags(template.interfaceTags, own.interfaceTags),
  };
}

function mergeTags<T extends { readonly key: string }>(under: readonly T[], over: readonly T[]): T[] {
  return [...new Map([...under, ...over].map((tag) => [tag.key, tag])).values()];
}
