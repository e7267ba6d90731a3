// CloudWatch Logs' errors, in its own words.
import { AwsError } from '#wire/aws-error.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function groupNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

export function streamNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

export function resourceNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified resource does not exist.');
}

export function groupExists(): AwsError {
  return new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
}

export function streamExists(): AwsError {
  return new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
}

export function invalidToken(): AwsError {
  return invalidParameter('The specified nextToken is invalid.');
}

/** The store cannot take or find anything now; clients try again. */
export function unavailable(): AwsError {
  return new AwsError('ServiceUnavailableException', 'The service cannot complete the request.', { httpStatus: 503 });
}
