// The habits that a machine can hold (CONTRIBUTING.md, "House style"), as a function of a file to its violations.
import { basename, dirname } from 'node:path/posix';
import { importsOf } from './source.ts';
import type { SourceFile } from './source.ts';

const MAX_LINES = 400;

const ENVIRONMENT_ALLOWED = /^(src\/app\/|tools\/|tests\/|bench\/|examples\/)/;

/** Real timers belong to waitFor alone: everything else waits on a fact. */
const TIMER_ALLOWED = /^tests\/support\/wait-for\.ts$/;

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** One line per violation; empty when the file keeps the habits. */
export function tidyProblems(file: SourceFile): string[] {
  const problems = [...shapeProblems(file), ...codeProblems(file), ...(isTestCode(file.path) ? testProblems(file) : [])];
  return problems.map((problem) => `${file.path}: ${problem}`);
}

function shapeProblems(file: SourceFile): string[] {
  const problems: string[] = [];
  const lines = file.text.trimEnd().split('\n').length;
  if (!/^(\/\/|\/\*|#!)/.test(file.text)) problems.push('begins with a comment that says the job of the file');
  if (lines > MAX_LINES) problems.push(`${lines} lines: split it by noun (most files are under 200, none over ${MAX_LINES})`);
  const name = basename(file.path).replace(/(\.(docker|compat|fake))?(\.(test|fixture))?\.ts$/, '');
  const folders = dirname(file.path).split('/');
  for (const part of [name, ...folders]) if (!KEBAB.test(part)) problems.push(`the name '${part}' is not kebab-case`);
  return problems;
}

function codeProblems(file: SourceFile): string[] {
  const problems: string[] = [];
  const found = (pattern: RegExp, message: string): void => {
    const match = pattern.exec(file.bare);
    if (match !== null) problems.push(`line ${lineAt(file.bare, match.index)}: ${message}`);
  };
  found(/\bexport\s+default\b/, 'no default exports: a name is found again, a default is not');
  found(/(?:^|[;}\s])(?:const\s+)?enum\s+[A-Za-z]\w*\s*\{/, 'no enum: an object `as const` and a union type');
  if (!ENVIRONMENT_ALLOWED.test(file.path)) found(/\bprocess\s*\.\s*env\b/, 'the environment is read in src/app only: hand the value in');
  if (isBarrel(file)) problems.push('no barrels: import from the file that has it');
  // The words are put together here so that this file does not find itself.
  const promise = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`).exec(file.text);
  if (promise !== null) problems.push(`line ${lineAt(file.text, promise.index)}: ${promise[0]}: do it, or write an issue`);
  return problems;
}

function testProblems(file: SourceFile): string[] {
  const problems: string[] = [];
  const at = (pattern: RegExp, message: string): void => {
    const match = pattern.exec(file.bare);
    if (match !== null) problems.push(`line ${lineAt(file.bare, match.index)}: ${message}`);
  };
  if (!TIMER_ALLOWED.test(file.path)) {
    at(/\bset(?:Timeout|Interval)\s*\(|\bdelay\(\s*systemClock\b/, 'no sleeping: waitFor(…) in tests/support/wait-for.ts, or a virtual clock');
    if (importsOf(file).includes('node:timers/promises')) problems.push('no sleeping: node:timers/promises');
  }
  at(/\b(?:test|it|describe|suite)\.only\b|\bonly\s*:\s*true\b/, '.only leaves the other tests out');
  at(/\b(?:test|it|describe|suite)\.todo\b/, 'a test that is not there yet is an issue, not a test');
  return problems;
}

function isTestCode(path: string): boolean {
  return path.startsWith('tests/') || path.endsWith('.test.ts');
}

/** A file that only hands on what other files of ours export. */
function isBarrel(file: SourceFile): boolean {
  if (basename(file.path) === 'index.ts') return true;
  const ours = importsOf(file).some((name) => name.startsWith('.') || name.startsWith('#'));
  const rest = file.bare.replace(/\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*;?/g, '').trim();
  return ours && file.bare.trim() !== '' && rest === '';
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index + 1).split('\n').length;
}
