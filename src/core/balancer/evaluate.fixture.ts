// What a listener's rules mean, written down as plainly as can be: rules by priority, conditions one by one, patterns letter by
// letter. Too slow to serve, easy to believe; the compiled form is held against it.
import type { Condition, Rule } from '#model/load-balancer.ts';
import { cidrContains } from './cidr.ts';

export interface PlainRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly source: string;
}

/** The rule that a request meets, or undefined for the default actions. */
export function evaluateRules(rules: readonly Rule[], request: PlainRequest): Rule | undefined {
  return [...rules].sort((a, b) => a.priority - b.priority).find((rule) => rule.conditions.every((condition) => holds(condition, request)));
}

function holds(condition: Condition, request: PlainRequest): boolean {
  switch (condition.field) {
    case 'host-header':
      return condition.values.some((value) => matches(value.toLowerCase(), request.host.toLowerCase()));
    case 'path-pattern':
      return condition.values.some((value) => matches(value, request.path));
    case 'http-request-method':
      return condition.values.includes(request.method);
    case 'source-ip':
      return condition.values.some((block) => cidrContains(block, `${request.source}/32`));
    case 'http-header': {
      const header = Object.entries(request.headers).find(([name]) => name.toLowerCase() === condition.headerName.toLowerCase());
      return header !== undefined && condition.values.some((value) => matches(value.toLowerCase(), header[1].toLowerCase(), true));
    }
    case 'query-string':
      return request.query !== '' && condition.pairs.some((pair) => request.query.split('&').some((part) => holdsForPart(pair, part.toLowerCase())));
  }
}

function holdsForPart({ key, value }: { readonly key?: string; readonly value: string }, part: string): boolean {
  const at = part.indexOf('=');
  if (key === undefined) return matches(value.toLowerCase(), part, true) || (at >= 0 && matches(value.toLowerCase(), part.slice(at + 1), true));
  // The key may hold a wildcard that runs over the sign between them.
  return matches(`${key.toLowerCase()}=${value.toLowerCase()}`, part, true);
}

/** @param escapes whether a backslash takes a wildcard's meaning away */
export function matches(pattern: string, text: string, escapes = false): boolean {
  if (pattern === '') return text === '';
  const [first = '', ...rest] = pattern;
  const tail = rest.join('');
  if (first === '*') return matches(tail, text, escapes) || (text !== '' && matches(pattern, text.slice(1), escapes));
  if (text === '') return false;
  if (first === '?') return matches(tail, text.slice(1), escapes);
  if (escapes && first === '\\' && rest.length > 0) return rest[0] === text[0] && matches(rest.slice(1).join(''), text.slice(1), escapes);
  return first === text[0] && matches(tail, text.slice(1), escapes);
}
