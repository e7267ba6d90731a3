// CreateLaunchTemplate and CreateLaunchTemplateVersion. Order of checks: name, data, tags, existence.
import { ec2Id } from '#base/ids.ts';
import { launchTemplates, launchTemplateVersions, type LaunchTemplate, type LaunchTemplateVersion } from '#model/launch-template.ts';
import type { Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { missingParameter } from './errors.ts';
import { getTemplate, getVersion, templateNamed } from './find-launch-template.ts';
import { parseLaunch } from './launch-parameters.ts';
import { change } from './scope.ts';
import type { CreateLaunchTemplateRequest, CreateLaunchTemplateResult, CreateLaunchTemplateVersionRequest, CreateLaunchTemplateVersionResult, RequestLaunchTemplateData } from './shapes.ts';
import { tagsForNew } from './tags.ts';
import { viewTemplate, viewVersion } from './view-launch-template.ts';

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;
const DESCRIPTION_MAX = 255;

export function createLaunchTemplate(input: CreateLaunchTemplateRequest, ctx: ApiContext): CreateLaunchTemplateResult {
  const { LaunchTemplateName: name, LaunchTemplateData: data } = input;
  if (name === undefined || name === '') throw missingParameter('LaunchTemplateName');
  if (data === undefined) throw missingParameter('LaunchTemplateData');
  if (!NAME.test(name)) {
    throw new AwsError('InvalidLaunchTemplateName.MalformedException', 'Launch template names must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _');
  }
  const tags = tagsForNew(input.TagSpecifications, 'launch-template');
  return change(ctx, input, (tx) => {
    if (templateNamed(tx, ctx, name) !== undefined) {
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
    }
    const id = ec2Id(ctx.random, 'lt');
    const template: LaunchTemplate = { id, account: ctx.account, region: ctx.region, name, createdAt: ctx.now, createdBy: ctx.call.caller.arn, defaultVersion: 1, latestVersion: 1, tags };
    putVersion(tx, ctx, template, data, input.VersionDescription);
    tx.put(launchTemplates, template);
    return { LaunchTemplate: viewTemplate(template) };
  });
}

export function createLaunchTemplateVersion(input: CreateLaunchTemplateVersionRequest, ctx: ApiContext): CreateLaunchTemplateVersionResult {
  const data = input.LaunchTemplateData;
  if (data === undefined) throw missingParameter('LaunchTemplateData');
  return change(ctx, input, (tx) => {
    const template = getTemplate(tx, ctx, input);
    const source = input.SourceVersion === undefined ? {} : (getVersion(tx, template, input.SourceVersion).data as RequestLaunchTemplateData);
    const updated = { ...template, latestVersion: template.latestVersion + 1 };
    const version = putVersion(tx, ctx, updated, { ...source, ...data }, input.VersionDescription);
    tx.put(launchTemplates, updated);
    return { LaunchTemplateVersion: viewVersion(updated, version) };
  });
}

/** Puts the template's latest version. */
function putVersion(tx: Transaction, ctx: ApiContext, template: LaunchTemplate, data: RequestLaunchTemplateData, description: string | undefined): LaunchTemplateVersion {
  if ((description ?? '').length > DESCRIPTION_MAX) throw new AwsError('InvalidParameterValue', `Version description must be at most ${DESCRIPTION_MAX} characters.`);
  const version: LaunchTemplateVersion = {
    templateId: template.id,
    account: ctx.account,
    region: ctx.region,
    version: template.latestVersion,
    ...(description !== undefined && { description }),
    createdAt: ctx.now,
    createdBy: ctx.call.caller.arn,
    launch: parseLaunch(tx, ctx, data),
    data: JSON.parse(JSON.stringify(data)) as unknown,
  };
  tx.put(launchTemplateVersions, version);
  return version;
}
