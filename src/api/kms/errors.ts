// KMS's errors, in its own words.
import { AwsError } from '#wire/aws-error.ts';

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message);
}

export function keyNotFound(arn: string): AwsError {
  return notFound(`Key '${arn}' does not exist`);
}

export function disabled(arn: string): AwsError {
  return new AwsError('DisabledException', `${arn} is disabled.`);
}

export function invalidState(message: string): AwsError {
  return new AwsError('KMSInvalidStateException', message);
}

/** AWS tells nothing more, whatever was wrong with it. */
export function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}

/** What a key of another account, region or life looks like from here. */
export function foreignCiphertext(): AwsError {
  return new AwsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
}

export function unsupportedHere(message: string): AwsError {
  return new AwsError('UnsupportedOperationException', message);
}

export function invalidMarker(): AwsError {
  return new AwsError('InvalidMarkerException', 'The marker is not one of this list.');
}
