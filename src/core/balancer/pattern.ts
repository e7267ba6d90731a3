// Patterns of rule conditions: `*` stands for any characters, `?` for exactly one. Most need no regular expression.

/** What a pattern asks of a text; `suffix` and `prefix` come from a single `*` at one end. */
export type Pattern =
  | { readonly kind: 'exact' | 'prefix' | 'suffix'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'regex'; readonly source: string };

/** @param escapes whether a backslash takes a wildcard's meaning away (http-header and query-string) */
export function parsePattern(text: string, escapes = false): Pattern {
  const parts = splitPattern(text, escapes);
  const wild = parts.filter((part) => part.wild);
  const plain = parts.filter((part) => !part.wild).map((part) => part.text).join('');
  if (wild.length === 0) return { kind: 'exact', text: plain };
  if (wild.length === parts.length && wild.every((part) => part.text === '*')) return { kind: 'any' };
  if (wild.length === 1 && wild[0]!.text === '*' && parts.at(-1) === wild[0]) return { kind: 'prefix', text: plain };
  if (wild.length === 1 && wild[0]!.text === '*' && parts[0] === wild[0]) return { kind: 'suffix', text: plain };
  return { kind: 'regex', source: `^${patternBody(text, escapes)}$` };
}

/**
 * The pattern as the inside of a PCRE, without anchors. Everything but letters, digits and `/_-` is written in hex, so that it
 * means itself in the expression and in HAProxy's configuration alike.
 * @param anything what `*` may run over: `.*`, or `[^&]*` within one part of a query
 */
export function patternBody(text: string, escapes = false, anything = '.*', one = '.'): string {
  return splitPattern(text, escapes)
    .map((part) => (part.wild ? (part.text === '*' ? anything : one) : literal(part.text)))
    .join('');
}

interface Part {
  readonly wild: boolean;
  readonly text: string;
}

function splitPattern(text: string, escapes: boolean): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (escapes && char === '\\' && i + 1 < text.length) parts.push({ wild: false, text: text[++i]! });
    else parts.push({ wild: char === '*' || char === '?', text: char });
  }
  return parts;
}

function literal(text: string): string {
  return text.replace(/[^A-Za-z0-9/_-]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
