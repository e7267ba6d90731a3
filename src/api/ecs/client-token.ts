// Idempotency by client token: the same request again is answered with what the first one made.
import { createHash } from 'node:crypto';
import { type ClientToken, clientTokens } from '#model/account.ts';
import type { Reader, Transaction } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { conflict, invalidParameter } from './errors.ts';

const TOKEN = /^[\x21-\x7e]+$/;
const MAX_LENGTH = 64;

export interface TokenUse {
  readonly id: string;
  readonly requestHash: string;
}

/**
 * What identifies this use of the token, or undefined without one. Throws InvalidParameterException for a malformed token.
 * @param maxLength 64 characters for tasks, 36 for services and task sets
 */
export function tokenUse(
  ctx: EcsContext,
  resource: string,
  input: { readonly clientToken?: string | undefined },
  maxLength = MAX_LENGTH,
): TokenUse | undefined {
  const { clientToken, ...request } = input;
  if (clientToken === undefined) return undefined;
  if (!TOKEN.test(clientToken) || clientToken.length > maxLength) {
    throw invalidParameter(`clientToken must have 1 to ${maxLength} characters in the ASCII range of 33-126.`);
  }
  const id = [ctx.account, ctx.region, ctx.call.operation, resource, clientToken].join('/');
  return { id, requestHash: createHash('sha256').update(canonicalJson(request)).digest('hex') };
}

/** What the token's first use made, or undefined when this is the first. Throws ConflictException after another request. */
export function recall(reader: Reader, use: TokenUse | undefined): ClientToken | undefined {
  const known = use && reader.get(clientTokens, use.id);
  if (!known || !use) return undefined;
  if (known.requestHash !== use.requestHash) {
    throw conflict('The clientToken was used before with different parameters.', known.resourceArns);
  }
  return known;
}

/** Remembers what this use of the token made. */
export function remember(tx: Transaction, use: TokenUse | undefined, resourceArns: readonly string[], now: number): void {
  if (use) tx.put(clientTokens, { id: use.id, requestHash: use.requestHash, resourceArns, createdAt: now });
}

/** JSON with the members of every object in one order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
