// LabelParameterVersion and UnlabelParameterVersion. A label is on one version of a parameter at a time: it moves.
import { isLabel } from '#core/secrets/parameter-name.ts';
import { parameterVersions, type ParameterVersion } from '#model/parameter.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { versionNotFound } from './errors.ts';
import { findParameter, versionsOf } from './find-parameter.ts';
import type { LabelParameterVersionRequest, LabelParameterVersionResult, UnlabelParameterVersionRequest, UnlabelParameterVersionResult } from './shapes.ts';

const MAX_LABELS = 10;

export function labelParameterVersion(input: LabelParameterVersionRequest, ctx: VaultContext): LabelParameterVersionResult {
  const given = [...new Set(input.Labels ?? [])];
  checkLimits([input.Name, 'name', { minLength: 1, maxLength: 2048 }], [given, 'labels', { minLength: 1, maxLength: MAX_LABELS }]);
  for (const label of given) checkLimits([label, 'labels.1.member', { minLength: 1, maxLength: 100 }]);
  const valid = given.filter(isLabel);
  return ctx.store.transact((tx) => {
    const parameter = findParameter(tx, ctx, input.Name ?? '');
    const number = input.ParameterVersion ?? parameter.version;
    const versions = versionsOf(tx, parameter);
    const target = versions.find((version) => version.version === number);
    if (target === undefined) throw versionNotFound(String(number), parameter.name);
    if (new Set([...target.labels, ...valid]).size > MAX_LABELS) {
      throw new AwsError('ParameterVersionLabelLimitExceeded', 'An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.');
    }
    for (const version of versions) {
      const others = without(version, valid);
      const labels = version === target ? [...others, ...valid] : others;
      if (labels.join() !== version.labels.join()) tx.put(parameterVersions, { ...version, labels });
    }
    return { InvalidLabels: given.filter((label) => !isLabel(label)), ParameterVersion: number };
  });
}

export function unlabelParameterVersion(input: UnlabelParameterVersionRequest, ctx: VaultContext): UnlabelParameterVersionResult {
  const given = [...new Set(input.Labels ?? [])];
  checkLimits([input.Name, 'name', { minLength: 1, maxLength: 2048 }], [given, 'labels', { minLength: 1, maxLength: MAX_LABELS }]);
  return ctx.store.transact((tx) => {
    const parameter = findParameter(tx, ctx, input.Name ?? '');
    const target = versionsOf(tx, parameter).find((version) => version.version === input.ParameterVersion);
    if (target === undefined) throw versionNotFound(String(input.ParameterVersion), parameter.name);
    const RemovedLabels = given.filter((label) => target.labels.includes(label));
    if (RemovedLabels.length > 0) tx.put(parameterVersions, { ...target, labels: without(target, RemovedLabels) });
    return { RemovedLabels, InvalidLabels: given.filter((label) => !target.labels.includes(label)) };
  });
}

function without(version: ParameterVersion, labels: readonly string[]): string[] {
  return version.labels.filter((label) => !labels.includes(label));
}
