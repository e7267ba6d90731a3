// The same signature on a websocket upgrade: a GET without a body, before the protocol changes.
import type { IncomingMessage } from 'node:http';
import type { AwsError } from '../aws-error.ts';
import { readHead } from '../head.ts';
import { authError } from './auth-failure.ts';
import type { Authenticate, Authenticated } from './authenticator.ts';

const NO_BODY = new Uint8Array(0);

/** The caller of an upgrade request, or the error to refuse it with (JSON names; answer with its httpStatus and end the socket). */
export function verifyUpgrade(
  authenticate: Authenticate,
  request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
  signingNames: readonly string[],
): Authenticated | AwsError {
  const outcome = authenticate({ head: readHead(request), body: NO_BODY, rules: { signingNames } });
  return 'failure' in outcome ? authError(outcome, 'rest-json') : outcome;
}
