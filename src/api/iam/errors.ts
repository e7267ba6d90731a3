// IAM's errors, in IAM's words.
import type { Malformed } from '#core/access/parse-policy.ts';
import { AwsError } from '#wire/aws-error.ts';

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, { httpStatus: 404 });
}

export function alreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExists', message, { httpStatus: 409 });
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, { httpStatus: 409 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, { httpStatus: 409 });
}

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function unmodifiable(message: string): AwsError {
  return new AwsError('UnmodifiableEntity', message);
}

export function malformedPolicy(malformed: Malformed): AwsError {
  return new AwsError('MalformedPolicyDocument', malformedMessage(malformed));
}

const MESSAGES: Readonly<Partial<Record<Malformed['is'], string>>> = {
  syntax: 'Syntax errors in policy.',
  version: 'Policy document must be version 2012-10-17 or greater.',
  sidNotUnique: 'Statement IDs (SID) in a single policy must be unique.',
  sidCharacters: 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  noActions: 'Policy statement must contain actions.',
  noResources: 'Policy statement must contain resources.',
  vendor: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  principalProhibited: 'Policy document should not specify a principal.',
  principalMissing: 'Missing required field Principal',
  trustActions: 'AssumeRole policy may only specify STS AssumeRole actions.',
};

export function malformedMessage(malformed: Malformed): string {
  switch (malformed.is) {
    case 'principalInvalid':
      return `Invalid principal in policy: "${malformed.kind}":"${malformed.value}"`;
    case 'resourceProhibited':
      return `Has prohibited field ${malformed.field}`;
    case 'resourceFormat':
      return `Resource ${malformed.value} must be in ARN format or "*".`;
    case 'conditionType':
      return `Invalid Condition type : ${malformed.value}.`;
    default:
      return MESSAGES[malformed.is] ?? 'Syntax errors in policy.';
  }
}
