// Filter patterns for free text: term, -term, ?term, "exact phrase", %regex%.
import { FilterPatternError } from './filter-error.ts';
import type { EventFilter } from './filter-pattern.ts';
import { parseFilterRegex } from './filter-regex.ts';

interface Term {
  readonly mode: 'all' | 'any' | 'none';
  /** Undefined for a regular expression. */
  readonly literal: string | undefined;
  readonly test: (message: string) => boolean;
}

/** One term after white space: its sign, and a phrase, a regular expression or a word. */
const token = /\s*([?-]?)(\s*)("(?:[^"\\]|\\.)*"|%[^%]*%|[^\s"%]+|$)/y;

/** Throws FilterPatternError. */
export function parseTermFilter(text: string): EventFilter {
  const terms = parseTerms(text);
  const none = terms.filter((term) => term.mode === 'none');
  const all = terms.filter((term) => term.mode === 'all');
  // Optional terms count only among themselves: beside any other term CloudWatch ignores them.
  const any = all.length + none.length === 0 ? terms : [];
  const matches = (message: string): boolean =>
    all.every((term) => term.test(message)) && !none.some((term) => term.test(message)) && (any.length === 0 || any.some((term) => term.test(message)));
  return { matches, needle: longestLiteral(any.length === 1 ? any : all), extract: () => ({}) };
}

function parseTerms(text: string): Term[] {
  const terms: Term[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (!found) throw new FilterPatternError();
    const [, sign, gap, body] = found as unknown as [string, string, string, string];
    // `- "term"` is accepted as CloudWatch's own guide writes it; a lone question mark is not.
    if (body === '' || (sign === '?' && gap !== '')) throw new FilterPatternError(`Invalid character(s) in term '${sign}'`);
    terms.push(parseTerm(sign === '?' ? 'any' : sign === '-' ? 'none' : 'all', body));
  }
  return terms;
}

function parseTerm(mode: Term['mode'], body: string): Term {
  if (body.length >= 2 && body.startsWith('%') && body.endsWith('%')) {
    const regex = parseFilterRegex(body.slice(1, -1));
    return { mode, literal: undefined, test: (message) => regex.test(message) };
  }
  const literal = body.startsWith('"') ? body.slice(1, -1).replace(/\\(.)/g, '$1') : body;
  const valid = body.startsWith('"') ? literal !== '' : /^\w+$/.test(literal);
  if (!valid) throw new FilterPatternError(`Invalid character(s) in term '${body}'`);
  return { mode, literal, test: (message) => message.includes(literal) };
}

function longestLiteral(terms: readonly Term[]): string | undefined {
  const literals = terms.map((term) => term.literal).filter((literal) => literal !== undefined);
  return literals.sort((a, b) => b.length - a.length)[0];
}
