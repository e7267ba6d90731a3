// Parameter Store's errors, in its own words.
import { AwsError } from '#wire/aws-error.ts';
import type { NameProblem } from '#core/secrets/parameter-name.ts';
import { validation } from '../limits.ts';

const NAME_RULES =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

/** AWS gives no message. */
export function parameterNotFound(): AwsError {
  return new AwsError('ParameterNotFound', '');
}

export function versionNotFound(wanted: string, name: string): AwsError {
  return new AwsError('ParameterVersionNotFound', `Systems Manager could not find version ${wanted} of ${name}. Verify the version and try again.`);
}

export function alreadyExists(): AwsError {
  return new AwsError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
}

export function invalidName(problem: NameProblem, name: string): AwsError {
  switch (problem) {
    case 'reserved':
      return new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
    case 'prefix':
      return validation(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive). ${NAME_RULES}`);
    case 'grammar':
      return validation(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${NAME_RULES}`);
    case 'not-qualified':
      return validation('Parameter name must be a fully qualified name.');
    case 'levels':
      return new AwsError('HierarchyLevelLimitExceededException', 'A hierarchy can have a maximum of 15 levels.');
  }
}

export function invalidPath(): AwsError {
  return validation(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
}

export function invalidKeyId(message: string): AwsError {
  return new AwsError('InvalidKeyId', message);
}

export function sessionNotFound(): AwsError {
  return new AwsError('DoesNotExistException', 'The specified session does not exist.');
}

export function invalidNextToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The specified token is not valid.');
}

export function invalidFilterKey(message: string): AwsError {
  return new AwsError('InvalidFilterKey', message);
}
