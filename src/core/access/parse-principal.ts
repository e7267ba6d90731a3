// The Principal element: `"*"`, or lists of AWS principals, services and identity providers.
import type { PrincipalPattern } from './policy.ts';

type Invalid = { readonly invalid: { readonly kind: string; readonly value: string } };

const ACCOUNT = /^\d{12}$/;
const IDENTITY_ARN = /^arn:aws:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user|group|saml-provider|oidc-provider)\/.+)$/;
const UNIQUE_ID = /^A(ID|RO)A[A-Z0-9]{12,}$/;

/** Undefined when it is no principal at all; `invalid` when one of its values is none. */
export function parsePrincipal(given: unknown): PrincipalPattern | Invalid | undefined {
  if (given === '*') return { aws: ['*'], service: [], federated: [] };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const lists: { aws: string[]; service: string[]; federated: string[] } = { aws: [], service: [], federated: [] };
  for (const [kind, value] of Object.entries(given)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const text of values) {
      if (typeof text !== 'string') return undefined;
      const problem = add(lists, kind, text);
      if (problem !== undefined) return problem;
    }
  }
  return lists.aws.length + lists.service.length + lists.federated.length === 0 ? undefined : lists;
}

function add(lists: { aws: string[]; service: string[]; federated: string[] }, kind: string, text: string): Invalid | undefined {
  const invalid: Invalid = { invalid: { kind, value: text } };
  if (kind === 'AWS') {
    if (ACCOUNT.test(text)) lists.aws.push(`arn:aws:iam::${text}:root`);
    else if (text === '*' || UNIQUE_ID.test(text) || IDENTITY_ARN.test(text)) lists.aws.push(text);
    else return invalid;
  } else if (kind === 'Service') {
    if (!/^[a-z0-9.-]+\.[a-z]+$/.test(text)) return invalid;
    lists.service.push(text);
  } else if (kind === 'Federated') lists.federated.push(text);
  else if (kind !== 'CanonicalUser') return invalid;
  else lists.aws.push(text);
  return undefined;
}
