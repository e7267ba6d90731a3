// Why a request was not let in, and how each family of protocols says so.
import { AwsError } from '../aws-error.ts';
import type { ProtocolFamily } from '../protocols/protocol.ts';

export type AuthFailureKind =
  /** No signature at all. */
  | 'missing'
  /** A signature that lacks parts or is not one. */
  | 'incomplete'
  /** The access key (or session token) is not known here. */
  | 'unknown-key'
  /** The signature is not that of this request. */
  | 'mismatch'
  /** Signed too long ago, or in the future. */
  | 'expired'
  /** The session token of a known key has run out. */
  | 'expired-token';

export interface AuthFailure {
  readonly failure: AuthFailureKind;
  readonly message: string;
}

/** A refusal, as a value. */
export function authFailure(failure: AuthFailureKind, message: string): AuthFailure {
  return { failure, message };
}

export const MISMATCH_MESSAGE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

type Answer = readonly [code: string, httpStatus: number, message?: string];

const JSON_ANSWERS: Record<AuthFailureKind, Answer> = {
  missing: ['MissingAuthenticationTokenException', 400],
  incomplete: ['IncompleteSignatureException', 400],
  'unknown-key': ['UnrecognizedClientException', 400],
  mismatch: ['InvalidSignatureException', 400],
  expired: ['InvalidSignatureException', 400],
  'expired-token': ['ExpiredTokenException', 400],
};

const REST_JSON_ANSWERS: Record<AuthFailureKind, Answer> = {
  missing: ['MissingAuthenticationTokenException', 403],
  incomplete: ['IncompleteSignatureException', 403],
  'unknown-key': ['UnrecognizedClientException', 403],
  mismatch: ['InvalidSignatureException', 403],
  expired: ['InvalidSignatureException', 403],
  'expired-token': ['ExpiredTokenException', 403],
};

const QUERY_ANSWERS: Record<AuthFailureKind, Answer> = {
  missing: ['MissingAuthenticationToken', 403],
  incomplete: ['IncompleteSignature', 403],
  'unknown-key': ['InvalidClientTokenId', 403],
  mismatch: ['SignatureDoesNotMatch', 403],
  expired: ['SignatureDoesNotMatch', 403],
  'expired-token': ['ExpiredToken', 403],
};

const EC2_MESSAGE = 'AWS was not able to validate the provided access credentials';

const EC2_ANSWERS: Record<AuthFailureKind, Answer> = {
  missing: ['MissingAuthenticationToken', 403],
  incomplete: ['IncompleteSignature', 400],
  'unknown-key': ['AuthFailure', 401, EC2_MESSAGE],
  mismatch: ['SignatureDoesNotMatch', 403],
  expired: ['RequestExpired', 400, 'Request has expired.'],
  'expired-token': ['RequestExpired', 400, 'Request has expired.'],
};

const REST_XML_ANSWERS: Record<AuthFailureKind, Answer> = {
  missing: ['AccessDenied', 403, 'Access Denied'],
  incomplete: ['AuthorizationHeaderMalformed', 400],
  'unknown-key': ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  mismatch: ['SignatureDoesNotMatch', 403, 'The request signature we calculated does not match the signature you provided. Check your key and signing method.'],
  expired: ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
  'expired-token': ['ExpiredToken', 400, 'The provided token has expired.'],
};

const ANSWERS: Record<ProtocolFamily, Record<AuthFailureKind, Answer>> = {
  json: JSON_ANSWERS,
  cbor: JSON_ANSWERS,
  'rest-json': REST_JSON_ANSWERS,
  query: QUERY_ANSWERS,
  ec2: EC2_ANSWERS,
  'rest-xml': REST_XML_ANSWERS,
};

/** The error a client of this protocol family gets. */
export function authError(refused: AuthFailure, family: ProtocolFamily): AwsError {
  const [code, httpStatus, message] = ANSWERS[family][refused.failure];
  return new AwsError(code, message ?? refused.message, { httpStatus });
}
