// Launch templates by id or name, and their versions.
import { versionNumber } from '#core/instance/template.ts';
import { launchTemplates, launchTemplateVersions, type LaunchTemplate, type LaunchTemplateVersion } from '#model/launch-template.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { malformedId, templateNotFound, templateVersionNotFound } from './errors.ts';
import { isOwn, scopeOf } from './scope.ts';

const ID = /^lt-[0-9a-f]{17}$/;

export interface TemplateInput {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

/** Throws ValidationError unless exactly one of id and name is given, and EC2's NotFound errors. */
export function getTemplate(reader: Reader, ctx: ApiContext, { LaunchTemplateId: id, LaunchTemplateName: name }: TemplateInput): LaunchTemplate {
  if ((id === undefined) === (name === undefined)) {
    throw id === undefined
      ? new AwsError('MissingParameter', 'Either a launch template ID or a launch template name must be specified in the request.')
      : new AwsError('InvalidParameterCombination', 'You may specify either the launch template ID or the launch template name, but not both.');
  }
  if (id !== undefined) {
    if (!ID.test(id)) throw malformedId('InvalidLaunchTemplateId', id, 'lt');
    const found = reader.get(launchTemplates, id);
    if (found === undefined || !isOwn(found, ctx)) throw templateNotFound({ id });
    return found;
  }
  const found = templateNamed(reader, ctx, name ?? '');
  if (found === undefined) throw templateNotFound({ name: name ?? '' });
  return found;
}

export function templateNamed(reader: Reader, ctx: ApiContext, name: string): LaunchTemplate | undefined {
  for (const template of reader.by(launchTemplates, 'name', `${scopeOf(ctx)}/${name}`)) return template;
  return undefined;
}

/** Throws InvalidLaunchTemplateId.VersionNotFound. @param version a number, `$Latest`, `$Default` or nothing */
export function getVersion(reader: Reader, template: LaunchTemplate, version: string | undefined): LaunchTemplateVersion {
  const number = versionNumber(template, version);
  const found = number === undefined ? undefined : reader.get(launchTemplateVersions, `${template.id}/${number}`);
  if (found === undefined) throw templateVersionNotFound(template.id, version ?? String(number));
  return found;
}
