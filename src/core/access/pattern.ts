// Wildcard patterns of the policy language: `*` any text, `?` any one character, `${key}` a value of the request.
// What a variable brings in is plain text: a user who names himself `*` gains nothing.

/** Values of a request's condition keys, by lower-case key; undefined when the request has no such key. */
export type ContextLookup = (key: string) => readonly string[] | undefined;

const ANY = -1;
const ONE = -2;

type Codes = readonly number[];

interface Variable {
  readonly key: string;
  /** Used when the request has no such key. */
  readonly fallback: string | undefined;
}

export type Pattern =
  | { readonly is: 'any' }
  | { readonly is: 'exact'; readonly text: string }
  | { readonly is: 'prefix'; readonly text: string }
  | { readonly is: 'glob'; readonly codes: Codes }
  | { readonly is: 'template'; readonly parts: readonly (Codes | Variable)[] };

export interface PatternRules {
  /** `*` and `?` are wildcards; else they are themselves. */
  readonly wildcards: boolean;
  /** `${…}` are variables: documents of Version 2012-10-17 only. */
  readonly variables: boolean;
  readonly ignoreCase?: boolean;
}

/** Reads a pattern. Every text is one: a `${` that is no variable is plain text. */
export function compilePattern(source: string, rules: PatternRules): Pattern {
  const text = rules.ignoreCase === true ? source.toLowerCase() : source;
  if (rules.variables && source.includes('${')) return compileTemplate(source, rules);
  if (!rules.wildcards) return { is: 'exact', text };
  if (text === '*') return { is: 'any' };
  const star = text.indexOf('*');
  if (star < 0 && !text.includes('?')) return { is: 'exact', text };
  if (star === text.length - 1 && !text.includes('?')) return { is: 'prefix', text: text.slice(0, -1) };
  return { is: 'glob', codes: codesOf(text, true) };
}

/** Whether a text matches; a variable that the request cannot fill matches nothing. */
export function matches(pattern: Pattern, text: string, context: ContextLookup): boolean {
  switch (pattern.is) {
    case 'any':
      return true;
    case 'exact':
      return pattern.text === text;
    case 'prefix':
      return text.startsWith(pattern.text);
    case 'glob':
      return matchCodes(pattern.codes, text);
    case 'template': {
      const codes = fill(pattern.parts, context);
      return codes !== undefined && matchCodes(codes, text);
    }
  }
}

/** The pattern with its variables filled in; undefined when one has no value. */
export function resolve(pattern: Pattern, context: ContextLookup): Pattern | undefined {
  if (pattern.is !== 'template') return pattern;
  const codes = fill(pattern.parts, context);
  return codes === undefined ? undefined : { is: 'glob', codes };
}

/** The text of a pattern without wildcards; undefined when a variable has no value. */
export function plainText(pattern: Pattern, context: ContextLookup): string | undefined {
  if (pattern.is === 'exact' || pattern.is === 'prefix') return pattern.text;
  const resolved = resolve(pattern, context);
  if (resolved?.is !== 'glob') return undefined;
  let text = '';
  for (const code of resolved.codes) text += String.fromCharCode(code === ANY ? 42 : code === ONE ? 63 : code);
  return text;
}

/** The keys of the variables in a pattern. */
export function variablesOf(pattern: Pattern): readonly string[] {
  return pattern.is === 'template' ? pattern.parts.flatMap((part) => ('key' in part ? [part.key] : [])) : [];
}

/** Splits a pattern at colons, at most into `count` parts, for ARNs; wildcards stay in their part. */
export function splitPattern(pattern: Pattern, count: number): readonly Pattern[] | undefined {
  if (pattern.is === 'template') return undefined;
  const codes = pattern.is === 'any' ? [ANY] : pattern.is === 'exact' ? codesOf(pattern.text, false) : pattern.is === 'prefix' ? [...codesOf(pattern.text, false), ANY] : pattern.codes;
  const parts: number[][] = [[]];
  for (const code of codes) {
    if (code === 58 && parts.length < count) parts.push([]);
    else parts.at(-1)!.push(code);
  }
  return parts.map((part) => ({ is: 'glob', codes: part }));
}

const VARIABLE = /\$\{([^}]*)\}/g;
const LITERAL = /^[*?$]$/;
const KEY = /^\s*([A-Za-z][\w-]*:[^,'}]+?|[A-Za-z][\w-]*)\s*(?:,\s*'([^']*)'\s*)?$/;

function compileTemplate(source: string, rules: PatternRules): Pattern {
  const parts: (Codes | Variable)[] = [];
  const plain = (text: string, wildcards: boolean): void => {
    if (text !== '') parts.push(codesOf(rules.ignoreCase === true ? text.toLowerCase() : text, wildcards));
  };
  let at = 0;
  for (const match of source.matchAll(VARIABLE)) {
    const [whole, inner = ''] = match;
    plain(source.slice(at, match.index), rules.wildcards);
    at = match.index + whole.length;
    const [, key, fallback] = KEY.exec(inner) ?? [];
    if (LITERAL.test(inner)) plain(inner, false);
    else if (key === undefined) plain(whole, rules.wildcards);
    else parts.push({ key: key.toLowerCase(), fallback });
  }
  plain(source.slice(at), rules.wildcards);
  if (parts.some((part) => 'key' in part)) return { is: 'template', parts };
  return { is: 'glob', codes: parts.flatMap((part) => ('key' in part ? [] : part)) };
}

function fill(parts: readonly (Codes | Variable)[], context: ContextLookup): Codes | undefined {
  const codes: number[] = [];
  for (const part of parts) {
    if (!('key' in part)) {
      for (const code of part) codes.push(code);
      continue;
    }
    const values = context(part.key);
    const value = values?.length === 1 ? values[0] : part.fallback;
    if (value === undefined) return undefined;
    for (let i = 0; i < value.length; i++) codes.push(value.charCodeAt(i));
  }
  return codes;
}

function codesOf(text: string, wildcards: boolean): number[] {
  const codes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (wildcards && code === 42) {
      if (codes.at(-1) !== ANY) codes.push(ANY);
    } else codes.push(wildcards && code === 63 ? ONE : code);
  }
  return codes;
}

// Greedy with one way back, to the last star: linear for what people write, never worse than length × length.
function matchCodes(codes: Codes, text: string): boolean {
  let at = 0;
  let p = 0;
  let starP = -1;
  let starAt = 0;
  while (at < text.length) {
    const code = codes[p];
    if (code === ANY) {
      starP = p++;
      starAt = at;
    } else if (code === ONE || code === text.charCodeAt(at)) {
      p++;
      at++;
    } else if (starP >= 0) {
      p = starP + 1;
      at = ++starAt;
    } else return false;
  }
  while (codes[p] === ANY) p++;
  return p === codes.length;
}
