// Launch templates: named, versioned parameters of RunInstances.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export interface LaunchTemplate {
  /** `lt-` + 17 hex */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly defaultVersion: number;
  readonly latestVersion: number;
  readonly tags: readonly Tag[];
}

/** The parameters that Longshore acts on, in its own words. */
export interface TemplateLaunch {
  readonly imageId?: string;
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  readonly keyName?: string;
  /** Base64 */
  readonly userData?: string;
  readonly instanceProfileArn?: string;
  readonly spot: boolean;
  readonly terminationProtected: boolean;
  /** Of instances and of their network interfaces. */
  readonly tags: readonly Tag[];
  readonly interfaceTags: readonly Tag[];
}

export interface LaunchTemplateVersion {
  readonly templateId: string;
  readonly account: string;
  readonly region: string;
  readonly version: number;
  readonly description?: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly launch: TemplateLaunch;
  /** RequestLaunchTemplateData of EC2 as given, dates as text. */
  readonly data: unknown;
}

export const launchTemplates = table<LaunchTemplate>('launch_templates', (t) => t.id, {
  scope: (t) => `${t.account}/${t.region}`,
  /** `<account>/<region>/<name>`: at most one. */
  name: (t) => `${t.account}/${t.region}/${t.name}`,
});
export const launchTemplateVersions = table<LaunchTemplateVersion>('launch_template_versions', (v) => `${v.templateId}/${v.version}`, {
  scope: (v) => `${v.account}/${v.region}`,
  template: (v) => v.templateId,
});
