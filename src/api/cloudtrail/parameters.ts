// Inputs and outputs as an event record shows them: names begin with a small letter, bytes are left out, and whatever is or may hold a
// secret is hidden: better one value too many than one secret in a history that other people read.

export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const MAX_DEPTH = 64;
/** In place of what is too large: nobody looked for secrets in all of it. */
export const TOO_LARGE = '{"omitted":true,"reason":"too large"}';

/** Members whose values are secrets in any service, in lower case. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'secretstring', 'secretbinary', 'plaintext', 'password', 'oldpassword', 'newpassword', 'randompassword', 'privatekey', 'secretaccesskey', 'sessiontoken',
  'webidentitytoken', 'samlassertion', 'authorizationtoken', 'tokenvalue', 'keymaterial', 'passphrase', 'userdata', 'clientsecret', 'tokencode', 'activationcode', 'logevents',
]);

/** Below these every text but names is hidden: people put passwords into environments. */
const SECRET_BRANCHES: ReadonlySet<string> = new Set(['environment', 'environmentvariables']);

interface Name {
  /** `"name":` */
  readonly json: string;
  readonly hidden: boolean;
  readonly branch: boolean;
}

/** Writes values as JSON text; keeps what it knows of member names. */
export interface ParameterWriter {
  /**
   * JSON text of the value, `null` for nothing. @param hiddenAtTop members that are secrets of this service, in lower case
   * @param hidden gets every text that was hidden @param maxLength of the text; what is longer is said to be left out
   */
  write(value: unknown, hiddenAtTop: ReadonlySet<string> | undefined, hidden: string[], maxLength: number): string;
}

/** @param maxNames how many member names are remembered: maps have the caller's own */
export function createParameterWriter(maxNames = 5_000): ParameterWriter {
  const names = new Map<string, Name>();
  // What may still be written: members are no longer looked at once it is used up.
  let left = 0;

  const nameOf = (text: string): Name => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const lower = text.toLowerCase();
    const name = { json: `${JSON.stringify(text.charAt(0).toLowerCase() + text.slice(1))}:`, hidden: SECRET_NAMES.has(lower), branch: SECRET_BRANCHES.has(lower) };
    if (names.size < maxNames) names.set(text, name);
    return name;
  };

  const writeObject = (value: object, depth: number, secret: boolean, top: ReadonlySet<string> | undefined, hidden: string[]): string => {
    let text = '';
    for (const key in value) {
      const member = (value as Record<string, unknown>)[key];
      if (member === undefined || member instanceof Uint8Array) continue;
      const name = nameOf(key);
      left -= key.length + 4;
      if (left < 0) return text;
      const hide = name.hidden || (top?.has(key.toLowerCase()) ?? false) || (secret && typeof member === 'string' && key !== 'name' && key !== 'Name');
      if (hide) remember(member, hidden);
      text += `${text === '' ? '' : ','}${name.json}${hide ? `"${HIDDEN}"` : write(member, depth + 1, secret || name.branch, undefined, hidden)}`;
    }
    return `{${text}}`;
  };

  const write = (value: unknown, depth: number, secret: boolean, top: ReadonlySet<string> | undefined, hidden: string[]): string => {
    switch (typeof value) {
      case 'string':
        left -= value.length + 2;
        return left < 0 ? '""' : quote(value);
      case 'number':
        left -= 4;
        return Number.isFinite(value) ? String(value) : 'null';
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        break;
      default:
        return 'null';
    }
    if (value === null || depth > MAX_DEPTH) return 'null';
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : `"${value.toISOString()}"`;
    if (!Array.isArray(value)) return writeObject(value, depth, secret, top, hidden);
    let text = '';
    for (const item of value) {
      if (left < 0) return text;
      if (item instanceof Uint8Array) continue;
      const hide = secret && typeof item === 'string';
      if (hide) remember(item, hidden);
      text += `${text === '' ? '' : ','}${hide ? `"${HIDDEN}"` : write(item, depth + 1, secret, undefined, hidden)}`;
    }
    return `[${text}]`;
  };

  return {
    write(value, hiddenAtTop, hidden, maxLength) {
      if (value === undefined || value === null) return 'null';
      left = maxLength;
      const text = write(value, 0, false, hiddenAtTop, hidden);
      if (text === '{}') return 'null';
      return left >= 0 ? text : TOO_LARGE;
    },
  };
}

/** JSON text of a string: most are short and plain, and looking is cheaper than asking. */
export function quote(text: string): string {
  if (text.length > 80) return JSON.stringify(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 34 || code === 92 || code > 126) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** Members that say what a thing is. */
const TELLING = /(?:Arn|Id|Name|family|revision)$/i;
const SUMMARY_DEPTH = 2;
const SUMMARY_ITEMS = 10;

/**
 * Of a large answer what was made or changed: ARNs, ids and names, down to the things in its lists. Holds no secrets as long as no ARN, id or name
 * is one.
 */
export function writeSummary(value: unknown, depth = 0): string {
  if (Array.isArray(value)) return `[${value.slice(0, SUMMARY_ITEMS).map((item) => writeSummary(item, depth)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return 'null';
  let text = '';
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    const deep = typeof member === 'object' && member !== null && depth + 1 < SUMMARY_DEPTH && !(member instanceof Date) && !(member instanceof Uint8Array) && !(Array.isArray(member) && typeof member[0] !== 'object');
    if (!deep && !(typeof member === 'string' && member.length < 300 && TELLING.test(key) && !SECRET_NAMES.has(key.toLowerCase()))) continue;
    const inner = deep ? writeSummary(member, depth + 1) : quote(member as string);
    if (inner === '{}' || inner === '[]') continue;
    text += `${text === '' ? '' : ','}${quote(key.charAt(0).toLowerCase() + key.slice(1))}:${inner}`;
  }
  return `{${text}}`;
}

function remember(value: unknown, hidden: string[]): void {
  if (typeof value === 'string' && value.length > 3) hidden.push(value);
}

/** A message without the secrets that the request held: errors like to repeat what they are about. */
export function withoutSecrets(message: string, hidden: readonly string[]): string {
  let text = message;
  for (const secret of hidden) if (text.includes(secret)) text = text.replaceAll(secret, HIDDEN);
  return text;
}
