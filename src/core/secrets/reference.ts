// What `valueFrom` of a container's secret refers to: a parameter of SSM, or a secret of Secrets Manager with JSON key, version stage and
// version id, each of which may be left out. Source: the ECS developer guide, "Pass Secrets Manager secrets through environment variables".
import { parseArn } from '#model/arn.ts';

export type SecretReference =
  | { readonly store: 'ssm'; readonly region: string; /** What to ask GetParameters for: a name, or the ARN. */ readonly name: string }
  | {
      readonly store: 'asm';
      readonly region: string;
      /** The ARN, without what follows the secret's name. */
      readonly secretId: string;
      readonly jsonKey?: string;
      readonly versionStage?: string;
      readonly versionId?: string;
    };

/** Colon-separated parts of a secret's ARN; with key, stage and version there are three more. */
const ARN_PARTS = 7;
const FULL_PARTS = 10;

/** The reference, or a text that says what is wrong. @param region of the task, for parameters given by name alone */
export function parseReference(valueFrom: string, region: string): SecretReference | string {
  if (!valueFrom.startsWith('arn:')) return valueFrom === '' ? 'valueFrom is empty' : { store: 'ssm', region, name: valueFrom };
  const arn = parseArn(valueFrom);
  if (arn?.service === 'ssm' && arn.resource.startsWith('parameter/')) return { store: 'ssm', region: arn.region || region, name: valueFrom };
  if (arn?.service !== 'secretsmanager') return `unexpected ARN ${valueFrom}: it is neither of a parameter nor of a secret`;
  const parts = valueFrom.split(':');
  if (parts[5] !== 'secret' || (parts.length !== ARN_PARTS && parts.length !== FULL_PARTS)) {
    return `unexpected ARN format with parameters when trying to retrieve ASM secret: ${valueFrom}`;
  }
  const [jsonKey = '', versionStage = '', versionId = ''] = parts.slice(ARN_PARTS);
  return {
    store: 'asm',
    region: arn.region || region,
    secretId: parts.slice(0, ARN_PARTS).join(':'),
    ...(jsonKey !== '' && { jsonKey }),
    ...(versionStage !== '' && { versionStage }),
    ...(versionId !== '' && { versionId }),
  };
}

/** The member `jsonKey` of a secret's text, as text; undefined when there is none. Without a key: the whole text. */
export function pickValue(secretText: string, jsonKey: string | undefined): string | undefined {
  if (jsonKey === undefined) return secretText;
  let value: unknown;
  try {
    value = JSON.parse(secretText);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, jsonKey)) return undefined;
  const member = (value as Record<string, unknown>)[jsonKey];
  return typeof member === 'string' ? member : JSON.stringify(member);
}

/** The credentials in a registry's secret (`{"username": …, "password": …}`), or undefined. */
export function parseRegistrySecret(secretText: string): { readonly username: string; readonly password: string } | undefined {
  const username = pickValue(secretText, 'username');
  const password = pickValue(secretText, 'password');
  return username === undefined || password === undefined ? undefined : { username, password };
}
