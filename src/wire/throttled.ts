// Too many calls: how each family of protocols says so. SDKs know these codes and try again later.
import { AwsError } from './aws-error.ts';
import type { ProtocolFamily } from './protocols/protocol.ts';

const ANSWERS: Record<ProtocolFamily, readonly [code: string, message: string, httpStatus: number]> = {
  json: ['ThrottlingException', 'Rate exceeded', 400],
  cbor: ['ThrottlingException', 'Rate exceeded', 400],
  'rest-json': ['ThrottlingException', 'Rate exceeded', 429],
  query: ['Throttling', 'Rate exceeded', 400],
  ec2: ['RequestLimitExceeded', 'Request limit exceeded.', 503],
  'rest-xml': ['SlowDown', 'Please reduce your request rate.', 503],
};

/** The error a client of this protocol family gets. */
export function throttledError(family: ProtocolFamily): AwsError {
  const [code, message, httpStatus] = ANSWERS[family];
  return new AwsError(code, message, { httpStatus });
}
