// Expressions of memberOf constraints. The whole cluster query language is not here yet: one comparison of one
// attribute is; anything else is refused with a clear reason instead of being guessed at.
import type { ContainerInstance } from '#model/container-instance.ts';
import { attributeValue } from './host-capacity.ts';

export type MemberOf = (host: ContainerInstance) => boolean;
export type ParsedMemberOf = { readonly ok: true; readonly matches: MemberOf } | { readonly ok: false; readonly reason: string };

const COMPARISON = /^\s*attribute:([\w.\-/\\]+)\s*(==|!=|equals|not_equals)\s*"?([^\s"()[\],]+)"?\s*$/;
const EXISTENCE = /^\s*attribute:([\w.\-/\\]+)\s+(exists|!exists|not_exists)\s*$/;

/** `attribute:NAME == VALUE`, `!=`, `exists`, `!exists`. */
export function parseMemberOf(expression: string | undefined): ParsedMemberOf {
  const comparison = COMPARISON.exec(expression ?? '');
  if (comparison !== null) {
    const [, name = '', operator, value] = comparison;
    const equal = operator === '==' || operator === 'equals';
    return { ok: true, matches: (host) => (attributeValue(host, name) === value) === equal };
  }
  const existence = EXISTENCE.exec(expression ?? '');
  if (existence !== null) {
    const [, name = '', operator] = existence;
    return { ok: true, matches: (host) => (attributeValue(host, name) !== undefined) === (operator === 'exists') };
  }
  return { ok: false, reason: `The placement constraint expression '${expression ?? ''}' is not supported by Longshore yet.` };
}
