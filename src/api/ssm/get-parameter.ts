// GetParameter and GetParameters.
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { findVersion } from './find-parameter.ts';
import { shownValue } from './secure-value.ts';
import { publicParameter } from './public-parameters.ts';
import type { GetParameterRequest, GetParameterResult, GetParametersRequest, GetParametersResult, Parameter } from './shapes.ts';
import { viewParameter } from './view-parameter.ts';

export function getParameter(input: GetParameterRequest, ctx: VaultContext): GetParameterResult {
  checkLimits([input.Name, 'name', { minLength: 1, maxLength: 2048 }]);
  return { Parameter: read(ctx, input.Name ?? '', input.WithDecryption === true) };
}

/** What is not there is named in InvalidParameters, and the rest is given. */
export function getParameters(input: GetParametersRequest, ctx: VaultContext): GetParametersResult {
  const names = [...new Set(input.Names ?? [])];
  checkLimits([input.Names ?? [], 'names', { minLength: 1, maxLength: 10 }]);
  const Parameters: Parameter[] = [];
  const InvalidParameters: string[] = [];
  for (const name of names) {
    try {
      Parameters.push(read(ctx, name, input.WithDecryption === true));
    } catch (error) {
      if (!(error instanceof AwsError) || !['ParameterNotFound', 'ParameterVersionNotFound'].includes(error.code)) throw error;
      InvalidParameters.push(name);
    }
  }
  return { Parameters, InvalidParameters };
}

function read(ctx: VaultContext, name: string, decrypt: boolean): Parameter {
  const known = publicParameter(name, ctx.region);
  if (known !== undefined) return known;
  const { parameter, version, selector } = findVersion(ctx.store, ctx, name);
  return viewParameter(parameter, version, shownValue(ctx.store, ctx, version, parameter.arn, decrypt), selector);
}
