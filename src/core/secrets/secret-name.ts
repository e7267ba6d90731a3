// Names and ARNs of secrets. AWS adds a hyphen and six random characters to the ARN; requests may leave them out.
import { arn, parseArn } from '#model/arn.ts';

const SUFFIX = /-[A-Za-z0-9]{6}$/;
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function isSecretName(name: string): boolean {
  return /^[A-Za-z0-9/_+=.@!-]{1,512}$/.test(name);
}

/** @param below a uniform number in [0, n) */
export function newSecretArn(scope: { readonly account: string; readonly region: string }, name: string, below: (n: number) => number): string {
  const suffix = Array.from({ length: 6 }, () => SUFFIX_ALPHABET[below(SUFFIX_ALPHABET.length)]).join('');
  return arn('secretsmanager', scope.region, scope.account, `secret:${name}-${suffix}`);
}

/** What a secret id may mean: the ARN as it stands, if it is one with a suffix, and the name, if there may be one without. */
export interface SecretId {
  readonly arn?: string;
  readonly name?: string;
}

/** Undefined for ARNs of something else, or of another account or region. */
export function parseSecretId(scope: { readonly account: string; readonly region: string }, text: string): SecretId | undefined {
  if (!text.startsWith('arn:')) return { name: text };
  const parts = parseArn(text);
  if (parts?.service !== 'secretsmanager' || parts.account !== scope.account || parts.region !== scope.region) return undefined;
  if (!parts.resource.startsWith('secret:')) return undefined;
  const name = parts.resource.slice('secret:'.length);
  return SUFFIX.test(name) ? { arn: text, name } : { name };
}
