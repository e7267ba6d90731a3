// The repository's own source files as text, with comments and strings told apart from code.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the repository's root: `src/base/clock.ts`. */
  readonly path: string;
  readonly text: string;
  /** Without comments; same length and lines as `text`. */
  readonly code: string;
  /** Without comments and without what stands in strings and regular expressions. */
  readonly bare: string;
}

/** Every TypeScript file of ours. */
export function loadSources(root: string = ROOT): SourceFile[] {
  return globSync('{src,tests,tools,bench,examples}/**/*.ts', { cwd: root, exclude: (path) => path.includes('node_modules') })
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  let code = '';
  let bare = '';
  let templates: number[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const inTemplate = templates.length > 0 && templates.at(-1) === depth;
    const end = inTemplate && text[at] === '}' ? endOfTemplatePart(text, at + 1) : endOfToken(text, at, code);
    const token = text.slice(at, end);
    const kind = inTemplate && text[at] === '}' ? 'string' : kindOf(token);
    if (kind === 'code' && token === '{') depth += 1;
    if (kind === 'code' && token === '}') depth -= 1;
    if (inTemplate && text[at] === '}') {
      depth -= 1;
      templates = templates.slice(0, -1);
    }
    if (kind === 'string' && token.endsWith('${')) templates.push((depth += 1));
    code += kind === 'comment' ? blank(token) : token;
    bare += kind === 'code' ? token : blank(token);
    at = end;
  }
  return { path, text, code, bare };
}

/** What a file imports or re-exports, as written. */
export function importsOf(file: SourceFile): string[] {
  const found: string[] = [];
  const from = /(?:^|[;}\s])(?:import|export)\s[^;'"`]*?\bfrom\s*(['"])([^'"\n]+)\1|(?:^|[;}\s])import\s*\(?\s*(['"])([^'"\n]+)\3/g;
  for (const match of file.code.matchAll(from)) found.push(match[2] ?? match[4] ?? '');
  return found;
}

/** Fails with one line per problem. */
export function expectNone(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(`${problems.length} found:\n${problems.join('\n')}`);
}

/** Test code: may reach across layers to build what it tests. */
export function isTest(path: string): boolean {
  return path.startsWith('tests/') || path.endsWith('.test.ts') || path.endsWith('.fixture.ts');
}

/** A run of characters that begins nothing. */
const PLAIN = /[^'"`/{}#]+/y;

type Kind = 'code' | 'comment' | 'string';

function kindOf(token: string): Kind {
  if (token.startsWith('//') || token.startsWith('/*') || token.startsWith('#!')) return 'comment';
  return token.length > 1 && /^['"`/]/.test(token) ? 'string' : 'code';
}

function endOfToken(text: string, at: number, before: string): number {
  const two = text.slice(at, at + 2);
  if (two === '//' || (at === 0 && two === '#!')) return orEnd(text, text.indexOf('\n', at));
  if (two === '/*') return orEnd(text, text.indexOf('*/', at + 2), 2);
  const one = text[at]!;
  if (one === "'" || one === '"') return endOfQuoted(text, at + 1, one);
  if (one === '`') return endOfTemplatePart(text, at + 1);
  PLAIN.lastIndex = at;
  if (PLAIN.test(text)) return PLAIN.lastIndex;
  if (one === '/' && /(?:^|[=(,:;!&|?{}[\n+>]|\breturn|\bcase)\s*$/.test(before.slice(-40))) return endOfRegExp(text, at + 1);
  return at + 1;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote || text[at] === '\n') return at + 1;
  }
  return text.length;
}

// Up to the closing backtick, or up to and with the next `${`.
function endOfTemplatePart(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return at + 1;
    else if (text[at] === '$' && text[at + 1] === '{') return at + 2;
  }
  return text.length;
}

function endOfRegExp(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at + 1;
  }
  return from;
}

function orEnd(text: string, at: number, width: number = 0): number {
  return at === -1 ? text.length : at + width;
}

function blank(token: string): string {
  return token.replace(/[^\n]/g, ' ');
}
