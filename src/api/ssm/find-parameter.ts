// From what a request names (`name`, `name:3`, `name:label`, an ARN) to the rows it means.
import { parseArn } from '#model/arn.ts';
import { parseSelector, resourceSelector, type ParameterSelector } from '#core/secrets/parameter-name.ts';
import { parameterKey, parameters, parameterVersionKey, parameterVersions, type Parameter, type ParameterVersion } from '#model/parameter.ts';
import type { Reader } from '#store/store.ts';
import type { VaultContext } from '../kms/context.ts';
import { parameterNotFound, versionNotFound } from './errors.ts';

export interface FoundVersion {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** `:3` or `:label`, when one was named. */
  readonly selector?: string;
}

/** The parameter of this very name. Throws ParameterNotFound. */
export function findParameter(reader: Reader, ctx: VaultContext, name: string): Parameter {
  const found = lookUp(reader, ctx, name)?.parameter;
  if (found === undefined) throw parameterNotFound();
  return found;
}

/** The version that `text` names, the newest by default. Throws ParameterNotFound or ParameterVersionNotFound. */
export function findVersion(reader: Reader, ctx: VaultContext, text: string): FoundVersion {
  const found = lookUp(reader, ctx, text);
  if (found === undefined) throw parameterNotFound();
  const { parameter, wanted } = found;
  const version = selectVersion(reader, parameter, wanted);
  if (version === undefined) throw versionNotFound(String(wanted.version ?? wanted.label), parameter.name);
  return { parameter, version, ...(wanted.selector !== undefined && { selector: wanted.selector }) };
}

/** All versions, oldest first. */
export function versionsOf(reader: Reader, parameter: Parameter): ParameterVersion[] {
  return [...reader.by(parameterVersions, 'parameter', parameterKey(parameter, parameter.name))];
}

export function newestVersion(reader: Reader, parameter: Parameter): ParameterVersion {
  const row = reader.get(parameterVersions, parameterVersionKey(parameterKey(parameter, parameter.name), parameter.version));
  if (row === undefined) throw new Error(`parameter ${parameter.name} has no version ${parameter.version}`);
  return row;
}

function selectVersion(reader: Reader, parameter: Parameter, wanted: ParameterSelector): ParameterVersion | undefined {
  if (wanted.version !== undefined) return reader.get(parameterVersions, parameterVersionKey(parameterKey(parameter, parameter.name), wanted.version));
  if (wanted.label !== undefined) return versionsOf(reader, parameter).find((version) => version.labels.includes(wanted.label!));
  return newestVersion(reader, parameter);
}

/** An ARN says the name without its first slash: `/a` is looked for before `a`. */
function lookUp(reader: Reader, ctx: VaultContext, text: string): { parameter: Parameter; wanted: ParameterSelector } | undefined {
  if (!text.startsWith('arn:')) {
    const wanted = parseSelector(text);
    const parameter = reader.get(parameters, parameterKey(ctx, wanted.name));
    return parameter && { parameter, wanted };
  }
  const arn = parseArn(text);
  const wanted = arn?.service === 'ssm' && arn.account === ctx.account && arn.region === ctx.region ? resourceSelector(arn.resource) : undefined;
  if (wanted === undefined) return undefined;
  const parameter = reader.get(parameters, parameterKey(ctx, `/${wanted.name}`)) ?? reader.get(parameters, parameterKey(ctx, wanted.name));
  return parameter && { parameter, wanted };
}
