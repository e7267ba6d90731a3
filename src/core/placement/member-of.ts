// Expressions of memberOf constraints and of ListContainerInstances' filter: the cluster query language.
import { compileQuery } from './query/compile.ts';
import type { HostTest } from './query/compile.ts';
import { parseQuery } from './query/parse.ts';
import { QueryError } from './query/scanner.ts';

export type MemberOf = HostTest;
export type ParsedMemberOf = { readonly ok: true; readonly matches: MemberOf } | { readonly ok: false; readonly reason: string };

const MAX_LENGTH = 2_000;

/** What an expression asks of a host, or what is wrong with it and where. */
export function parseMemberOf(expression: string | undefined): ParsedMemberOf {
  if ((expression?.length ?? 0) > MAX_LENGTH) return { ok: false, reason: `An expression has at most ${MAX_LENGTH} characters.` };
  try {
    return { ok: true, matches: compileQuery(parseQuery(expression ?? '')) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { ok: false, reason: `Invalid expression '${expression ?? ''}': ${error.message} at position ${error.at + 1}.` };
  }
}
