// ModifyLaunchTemplate (the default version), DeleteLaunchTemplate, DeleteLaunchTemplateVersions.
import { launchTemplates, launchTemplateVersions } from '#model/launch-template.ts';
import type { ApiContext } from '../context.ts';
import { missingParameter } from './errors.ts';
import { getTemplate, getVersion } from './find-launch-template.ts';
import { change } from './scope.ts';
import type {
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
} from './shapes.ts';
import { viewTemplate } from './view-launch-template.ts';

export function modifyLaunchTemplate(input: ModifyLaunchTemplateRequest, ctx: ApiContext): ModifyLaunchTemplateResult {
  if (input.DefaultVersion === undefined) throw missingParameter('SetDefaultVersion');
  return change(ctx, input, (tx) => {
    const template = getTemplate(tx, ctx, input);
    const updated = { ...template, defaultVersion: getVersion(tx, template, input.DefaultVersion).version };
    tx.put(launchTemplates, updated);
    return { LaunchTemplate: viewTemplate(updated) };
  });
}

export function deleteLaunchTemplate(input: DeleteLaunchTemplateRequest, ctx: ApiContext): DeleteLaunchTemplateResult {
  return change(ctx, input, (tx) => {
    const template = getTemplate(tx, ctx, input);
    for (const version of [...tx.by(launchTemplateVersions, 'template', template.id)]) tx.delete(launchTemplateVersions, launchTemplateVersions.key(version));
    tx.delete(launchTemplates, template.id);
    return { LaunchTemplate: viewTemplate(template) };
  });
}

export function deleteLaunchTemplateVersions(input: DeleteLaunchTemplateVersionsRequest, ctx: ApiContext): DeleteLaunchTemplateVersionsResult {
  if (input.Versions === undefined || input.Versions.length === 0) throw missingParameter('LaunchTemplateVersion');
  const versions = input.Versions;
  return change(ctx, input, (tx) => {
    const template = getTemplate(tx, ctx, input);
    const base = { LaunchTemplateId: template.id, LaunchTemplateName: template.name };
    const done: DeleteLaunchTemplateVersionsResult = { SuccessfullyDeletedLaunchTemplateVersions: [], UnsuccessfullyDeletedLaunchTemplateVersions: [] };
    for (const text of new Set(versions)) {
      const key = `${template.id}/${text}`;
      const number = Number(text);
      const refuse = (Code: 'launchTemplateVersionDoesNotExist' | 'unexpectedError', Message: string): void =>
        void done.UnsuccessfullyDeletedLaunchTemplateVersions?.push({ ...base, VersionNumber: number, ResponseError: { Code, Message } });
      if (tx.get(launchTemplateVersions, key) === undefined) refuse('launchTemplateVersionDoesNotExist', `The specified launch template version ${text} does not exist.`);
      else if (number === template.defaultVersion) refuse('unexpectedError', 'The default version cannot be deleted.');
      else {
        tx.delete(launchTemplateVersions, key);
        done.SuccessfullyDeletedLaunchTemplateVersions?.push({ ...base, VersionNumber: number });
      }
    }
    return done;
  });
}
