// STS's errors, in its words.
import { AwsError } from '#wire/aws-error.ts';

export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDenied', message, { httpStatus: 403 });
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}

export function packedPolicyTooLarge(message: string): AwsError {
  return new AwsError('PackedPolicyTooLarge', message);
}

export function invalidIdentityToken(message: string): AwsError {
  return new AwsError('InvalidIdentityToken', message);
}

export function expiredToken(message: string): AwsError {
  return new AwsError('ExpiredTokenException', message);
}

export function idpCommunication(message: string): AwsError {
  return new AwsError('IDPCommunicationError', message);
}
