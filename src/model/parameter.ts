// Parameters of SSM's Parameter Store. What a SecureString holds is in its rows only encrypted.
import { arn } from './arn.ts';
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type ParameterTier = 'Standard' | 'Advanced' | 'Intelligent-Tiering';

export interface Parameter {
  /** `arn:aws:ssm:<region>:<account>:parameter/<name without its first slash>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  /** As given: `/app/db/url` or `plain`. */
  readonly name: string;
  /** Number of the newest version. */
  readonly version: number;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

/** One version; what a Get or a history entry shows. */
export interface ParameterVersion {
  /** Key of the parameter's row. */
  readonly parameterKey: string;
  readonly version: number;
  readonly type: ParameterType;
  /** In clear for String and StringList, else a ciphertext (base64). */
  readonly value: string;
  /** As given: key id, ARN or alias. Only of a SecureString. */
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: ParameterTier;
  readonly dataType: string;
  /** The policies as given (JSON array); stored and shown, not enforced. */
  readonly policies?: string;
  readonly labels: readonly string[];
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  readonly modifiedBy: string;
}

/** `<account>/<region>/<name>`: not the ARN, which `/a` and `a` have in common. */
export function parameterKey(scope: { readonly account: string; readonly region: string }, name: string): string {
  return `${scope.account}/${scope.region}/${name}`;
}

export function parameterVersionKey(key: string, version: number): string {
  return `${key}:${version}`;
}

export function parameterArn(scope: { readonly account: string; readonly region: string }, name: string): string {
  return arn('ssm', scope.region, scope.account, `parameter/${name.replace(/^\//, '')}`);
}

export const parameters = table<Parameter>('ssm_parameters', (p) => parameterKey(p, p.name), { scope: (p) => `${p.account}/${p.region}` });

export const parameterVersions = table<ParameterVersion>('ssm_parameter_versions', (v) => parameterVersionKey(v.parameterKey, v.version), {
  parameter: (v) => v.parameterKey,
});
