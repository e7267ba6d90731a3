// What a request says about its signature: parsed out of the Authorization header or of a presigned query, not yet believed.
import { hash } from 'node:crypto';
import { header, queryParameter, type RequestHead } from '../head.ts';
import { authFailure, type AuthFailure } from './auth-failure.ts';

export interface Signature {
  /** Access key id and scope, as sent. */
  readonly credential: string;
  readonly accessKeyId: string;
  /** YYYYMMDD of the credential scope. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** `date/region/service/aws4_request`. */
  readonly scope: string;
  /** As the client listed them. */
  readonly signedHeaders: string;
  /** Hex digits, as sent. */
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, as it goes into the string to sign. */
  readonly time: string;
  readonly timeMs: number;
  /** Where `time` came from: that header has to be signed. */
  readonly timeHeader: string | undefined;
  readonly sessionToken: string | undefined;
  /** Seconds; only in presigned requests. */
  readonly expiresSeconds: number | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_EXPIRES_SECONDS = 604_800;
/** Keeps the string to sign short and plain ASCII, whatever a client sends. */
const SCOPE_NAME = /^[A-Za-z0-9-]{1,64}$/;

/** The signature of a request; undefined when it carries none at all. */
export function parseSignature(head: RequestHead): Signature | AuthFailure | undefined {
  const authorization = header(head, 'authorization');
  const presigned = head.query.includes('X-Amz-') && queryParameter(head.query, 'X-Amz-Algorithm') !== undefined;
  if (authorization === undefined) return presigned ? parsePresigned(head) : undefined;
  if (presigned) {
    return authFailure('mismatch', "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  return parseHeaderForm(head, authorization);
}

/** The service of a credential scope, before anything is verified: it breaks ties in routing. */
export function peekService(head: RequestHead): string | undefined {
  const authorization = header(head, 'authorization');
  const credential = authorization !== undefined
    ? parameter(authorization, 'Credential')
    : head.query.includes('X-Amz-') ? queryParameter(head.query, 'X-Amz-Credential') : undefined;
  return credential === undefined ? undefined : credential.split('/').at(-2);
}

function parseHeaderForm(head: RequestHead, authorization: string): Signature | AuthFailure {
  if (!authorization.startsWith(ALGORITHM) || authorization.charCodeAt(ALGORITHM.length) !== 32) {
    return authFailure('incomplete', `Unsupported or missing AWS signature algorithm. Authorization header must start with '${ALGORITHM}'.`);
  }
  const credential = parameter(authorization, 'Credential');
  const signedHeaders = parameter(authorization, 'SignedHeaders');
  const signature = parameter(authorization, 'Signature');
  const amzDate = header(head, 'x-amz-date');
  const date = amzDate ?? header(head, 'date');
  if (credential === undefined || signedHeaders === undefined || signature === undefined || date === undefined) {
    return incompleteHeader(authorization, { credential, signature, signedHeaders, date });
  }
  return build({
    credential,
    signedHeaders,
    signature,
    time: amzDate ?? isoTime(Date.parse(date as string)),
    timeHeader: amzDate === undefined ? 'date' : 'x-amz-date',
    sessionToken: header(head, 'x-amz-security-token'),
    expires: undefined,
  });
}

function incompleteHeader(authorization: string, found: Record<'credential' | 'signature' | 'signedHeaders' | 'date', string | undefined>): AuthFailure {
  let message = '';
  if (found.credential === undefined) message += "Authorization header requires 'Credential' parameter. ";
  if (found.signature === undefined) message += "Authorization header requires 'Signature' parameter. ";
  if (found.signedHeaders === undefined) message += "Authorization header requires 'SignedHeaders' parameter. ";
  if (found.date === undefined) message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  return authFailure('incomplete', `${message}(Hashed with SHA-256 and encoded with Base64) Authorization=${hash('sha256', authorization, 'base64')}`);
}

function parsePresigned(head: RequestHead): Signature | AuthFailure {
  const read = (name: string): string | undefined => queryParameter(head.query, name);
  const algorithm = read('X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) return authFailure('incomplete', `Unsupported AWS 'algorithm': '${algorithm}'.`);
  const credential = read('X-Amz-Credential');
  const signedHeaders = read('X-Amz-SignedHeaders');
  const signature = read('X-Amz-Signature');
  const time = read('X-Amz-Date');
  const missing = [
    [credential, 'X-Amz-Credential'],
    [signature, 'X-Amz-Signature'],
    [signedHeaders, 'X-Amz-SignedHeaders'],
    [time, 'X-Amz-Date'],
  ].filter(([value]) => value === undefined);
  if (credential === undefined || signedHeaders === undefined || signature === undefined || time === undefined) {
    return authFailure('incomplete', missing.map(([, name]) => `AWS query-string parameters must include '${name}'. `).join('') + 'Re-examine the query-string parameters.');
  }
  return build({
    credential,
    signedHeaders,
    signature,
    time,
    timeHeader: undefined,
    sessionToken: read('X-Amz-Security-Token'),
    expires: read('X-Amz-Expires'),
  });
}

interface Parts {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly time: string | undefined;
  readonly timeHeader: string | undefined;
  readonly sessionToken: string | undefined;
  readonly expires: string | undefined;
}

function build(parts: Parts): Signature | AuthFailure {
  const fields = parts.credential.split('/');
  if (fields.length !== 5) {
    return authFailure('incomplete', `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${parts.credential}'`);
  }
  const [accessKeyId, date, region, service, terminator] = fields as [string, string, string, string, string];
  if (terminator !== 'aws4_request') {
    return authFailure('mismatch', `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
  }
  if (!SCOPE_NAME.test(region) || !SCOPE_NAME.test(service)) return authFailure('mismatch', 'Credential should be scoped to a valid region.');
  const timeMs = parts.time === undefined ? NaN : parseTime(parts.time);
  if (Number.isNaN(timeMs)) return authFailure('incomplete', `Date must be in ISO-8601 'basic format'. Got '${parts.time ?? ''}'. See http://en.wikipedia.org/wiki/ISO_8601`);
  const time = parts.time as string;
  if (!time.startsWith(date) || date.length !== 8) {
    return authFailure('mismatch', `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`);
  }
  const expiresSeconds = parts.expires === undefined ? undefined : Number(parts.expires);
  if (expiresSeconds !== undefined && !(Number.isInteger(expiresSeconds) && expiresSeconds >= 0 && expiresSeconds <= MAX_EXPIRES_SECONDS)) {
    return authFailure('incomplete', `X-Amz-Expires must be a non-negative number of seconds and less than a week (in seconds); that is, X-Amz-Expires must be less than ${MAX_EXPIRES_SECONDS} seconds.`);
  }
  return {
    credential: parts.credential,
    accessKeyId,
    date,
    region,
    service,
    scope: parts.credential.slice(accessKeyId.length + 1),
    signedHeaders: parts.signedHeaders,
    signature: parts.signature,
    time,
    timeMs,
    timeHeader: parts.timeHeader,
    sessionToken: parts.sessionToken,
    expiresSeconds,
  };
}

/** The value of `Name=` in an Authorization header: up to a comma or white space. */
function parameter(authorization: string, name: string): string | undefined {
  const marker = `${name}=`;
  let at = authorization.indexOf(marker);
  // `SignedHeaders=` must not be taken for `Headers=`: a parameter starts after white space or a comma.
  while (at > 0 && authorization.charCodeAt(at - 1) !== 32 && authorization.charCodeAt(at - 1) !== 44) at = authorization.indexOf(marker, at + 1);
  if (at < 0) return undefined;
  const start = at + marker.length;
  let end = authorization.indexOf(',', start);
  if (end < 0) end = authorization.length;
  return authorization.slice(start, end).trim();
}

/** `YYYYMMDDTHHMMSSZ` as epoch milliseconds; NaN for anything else. */
export function parseTime(text: string): number {
  if (text.length !== 16 || text.charCodeAt(8) !== 84 || text.charCodeAt(15) !== 90) return NaN;
  const digits = (from: number, length: number): number => {
    let value = 0;
    for (let i = from; i < from + length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return NaN;
      value = value * 10 + digit;
    }
    return value;
  };
  return Date.UTC(digits(0, 4), digits(4, 2) - 1, digits(6, 2), digits(9, 2), digits(11, 2), digits(13, 2));
}

/** Epoch milliseconds as `YYYYMMDDTHHMMSSZ`; undefined for NaN. */
export function isoTime(timeMs: number): string | undefined {
  return Number.isNaN(timeMs) ? undefined : `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
