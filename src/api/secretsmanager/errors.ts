// Secrets Manager's errors, in its own words.
import { AwsError } from '#wire/aws-error.ts';

export function secretNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** @param wanted `staging label: AWSCURRENT`, `VersionId: …` */
export function valueNotFound(wanted: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${wanted}`);
}

export function versionNotFound(versionId: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret version: ${versionId}.`);
}

export function markedForDeletion(): AwsError {
  return invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function exists(message: string): AwsError {
  return new AwsError('ResourceExistsException', message);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceededException', message);
}

export function invalidNextToken(): AwsError {
  return new AwsError('InvalidNextTokenException', 'Invalid Next Token.');
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
