// Verifies one signature: the signed headers, the clock, and the HMAC in constant time. Pure but for the hashing.
import { hash, timingSafeEqual } from 'node:crypto';
import { header, queryParameter, type RequestHead } from '../head.ts';
import { authFailure, MISMATCH_MESSAGE, type AuthFailure } from './auth-failure.ts';
import { canonicalRequest, hashText } from './canonical.ts';
import { isoTime, type Signature } from './signature.ts';
import type { SigningKeys } from './signing-keys.ts';

const SKEW_MS = 5 * 60_000;
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const UNSIGNED = 'UNSIGNED-PAYLOAD';
const DIGEST_HEX_LENGTH = 64;

/** What the service's protocol changes about signing. */
export interface SigningRules {
  /** Names in the credential scope that this service answers to. */
  readonly signingNames: readonly string[];
  /** S3: the path is encoded once. */
  readonly singleEncodedPath?: boolean | undefined;
  /** S3: UNSIGNED-PAYLOAD is taken for the body's hash. */
  readonly unsignedPayload?: boolean | undefined;
  /** S3: every `x-amz-` header must be signed: they say what is to be done (x-amz-copy-source). */
  readonly signedAmzHeaders?: boolean | undefined;
}

export interface Verification {
  readonly head: RequestHead;
  readonly body: Uint8Array;
  readonly signature: Signature;
  readonly secret: string;
  readonly nowMs: number;
  readonly rules: SigningRules;
  readonly keys: SigningKeys;
  /** Of a body that is read later, by somebody who holds it to this: what the request says its hash is. */
  readonly declaredHash?: string | undefined;
}

/** Undefined when the signature is good; otherwise why not. AWS looks at the scope and the clock before the HMAC. */
export function verifySignature(check: Verification): AuthFailure | undefined {
  return checkScope(check.signature, check.rules) ?? checkClock(check.signature, check.nowMs) ?? checkSignedHeaders(check.head, check.signature, check.rules) ?? checkHmac(check);
}

function checkScope(signature: Signature, rules: SigningRules): AuthFailure | undefined {
  if (rules.signingNames.includes(signature.service)) return undefined;
  return authFailure('mismatch', `Credential should be scoped to correct service: '${rules.signingNames[0]}'.`);
}

function checkClock(signature: Signature, nowMs: number): AuthFailure | undefined {
  const { timeMs, time, expiresSeconds } = signature;
  if (timeMs > nowMs + SKEW_MS) {
    return authFailure('expired', `Signature not yet current: ${time} is still later than ${isoTime(nowMs + SKEW_MS)} (${isoTime(nowMs)} + 5 min.)`);
  }
  const lifeMs = expiresSeconds === undefined ? SKEW_MS : expiresSeconds * 1_000;
  if (timeMs + lifeMs < nowMs) {
    const life = expiresSeconds === undefined ? '5 min.' : `${expiresSeconds} sec.`;
    return authFailure('expired', `Signature expired: ${time} is now earlier than ${isoTime(nowMs - lifeMs)} (${isoTime(nowMs)} - ${life})`);
  }
  return undefined;
}

/** What must not be changed on the way without the signature noticing. */
function checkSignedHeaders(head: RequestHead, signature: Signature, rules: SigningRules): AuthFailure | undefined {
  const signed = `;${signature.signedHeaders};`;
  if (!signed.includes(';host;')) return authFailure('mismatch', "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  const { timeHeader } = signature;
  if (timeHeader !== undefined && !signed.includes(`;${timeHeader};`)) {
    return authFailure('mismatch', `'${timeHeader === 'date' ? 'Date' : 'X-Amz-Date'}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  // The target chooses the operation: without it in the signature, a signed DescribeTasks could be replayed as a StopTask.
  if (head.names.includes('x-amz-target') && !signed.includes(';x-amz-target;')) {
    return authFailure('mismatch', "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (rules.signedAmzHeaders === true && head.names.some((name) => name.startsWith('x-amz-') && !signed.includes(`;${name};`))) {
    return authFailure('mismatch', 'There were headers present in the request which were not signed');
  }
  return undefined;
}

function checkHmac(check: Verification): AuthFailure | undefined {
  const { head, signature } = check;
  const canonical = canonicalRequest({
    head,
    signedHeaders: signature.signedHeaders,
    payloadHash: payloadHash(check),
    singleEncodedPath: check.rules.singleEncodedPath === true,
  });
  if (canonical === undefined || signature.signature.length !== DIGEST_HEX_LENGTH) return authFailure('mismatch', MISMATCH_MESSAGE);
  const key = check.keys.get(signature.credential, check.secret, signature.scope);
  const text = `AWS4-HMAC-SHA256\n${signature.time}\n${signature.scope}\n${hashText(canonical)}`;
  if (!timingSafeEqual(Buffer.from(key.sign(text), 'latin1'), Buffer.from(signature.signature, 'latin1'))) return authFailure('mismatch', MISMATCH_MESSAGE);
  return undefined;
}

function payloadHash(check: Verification): string {
  if (check.declaredHash !== undefined) return check.declaredHash;
  if (check.rules.unsignedPayload === true) {
    const declared = header(check.head, 'x-amz-content-sha256');
    if (declared === UNSIGNED || (declared === undefined && check.signature.timeHeader === undefined)) return UNSIGNED;
  }
  return check.body.length === 0 ? EMPTY_HASH : hash('sha256', check.body, 'hex');
}

/** What a request says of a body that has not been read; a presigned one need not say anything. */
export function declaredPayloadHash(head: RequestHead): string {
  return header(head, 'x-amz-content-sha256') ?? queryParameter(head.query, 'X-Amz-Content-Sha256') ?? UNSIGNED;
}
