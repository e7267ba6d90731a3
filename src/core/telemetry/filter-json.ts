// Filter patterns for JSON messages: { $.a.b[0] = "x*" && ($.c > 5 || $.d IS NULL) }.
import { parseCondition, PatternScanner, type Scalar } from './filter-condition.ts';
import { FilterPatternError } from './filter-error.ts';
import type { EventFilter } from './filter-pattern.ts';

/** A member name, an array position, or '*' for all of either. */
type Step = { readonly key: string } | { readonly index: number } | 'any';
type Test = (root: unknown) => boolean;

interface Selector {
  readonly text: string;
  readonly steps: readonly Step[];
}

const member = /\.([A-Za-z0-9_\-@$]+)/y;
const memberAny = /\.\*/y;
const bracketMember = /\.?\[\s*(?:'([^']*)'|"([^"]*)")\s*\]/y;
const bracketIndex = /\[\s*(\d+|\*)\s*\]/y;
const bareValue = /[^\s"()&|={}<>!%]+/y;

/** `body` is what stands between the braces. Throws FilterPatternError. */
export function parseJsonFilter(body: string): EventFilter {
  const scanner = new PatternScanner(body);
  const selectors: Selector[] = [];
  const test = parseOr(scanner, selectors);
  if (!scanner.done) throw new FilterPatternError();
  const matches = (message: string): boolean => {
    const root = parseMessage(message);
    return root !== undefined && test(root);
  };
  return { matches, needle: undefined, extract: (message) => extractValues(parseMessage(message), selectors) };
}

/** Only objects and arrays are JSON log events; undefined for everything else. */
function parseMessage(message: string): unknown {
  const first = message.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

function parseOr(scanner: PatternScanner, selectors: Selector[]): Test {
  const tests = [parseAnd(scanner, selectors)];
  while (scanner.take('||')) tests.push(parseAnd(scanner, selectors));
  return tests.length === 1 ? tests[0]! : (root) => tests.some((test) => test(root));
}

function parseAnd(scanner: PatternScanner, selectors: Selector[]): Test {
  const tests = [parsePrimary(scanner, selectors)];
  while (scanner.take('&&')) tests.push(parsePrimary(scanner, selectors));
  return tests.length === 1 ? tests[0]! : (root) => tests.every((test) => test(root));
}

function parsePrimary(scanner: PatternScanner, selectors: Selector[]): Test {
  if (scanner.take('(')) {
    const test = parseOr(scanner, selectors);
    if (!scanner.take(')')) throw new FilterPatternError();
    return test;
  }
  const selector = parseSelector(scanner);
  selectors.push(selector);
  const word = scanner.match(/(?:IS\s+(NULL|TRUE|FALSE)|(NOT\s+EXISTS)|(EXISTS))\b/iy);
  if (word) return keywordTest(selector, word);
  const condition = parseCondition(scanner, bareValue);
  // A selector that is missing or points to an object, an array or null matches no comparison, != included.
  return (root) => select(root, selector.steps).some((value) => isScalar(value) && condition(value));
}

function keywordTest(selector: Selector, word: RegExpExecArray): Test {
  const values = (root: unknown): unknown[] => select(root, selector.steps);
  if (word[2]) return (root) => values(root).length === 0;
  if (word[3]) return (root) => values(root).length > 0;
  const wanted = { NULL: null, TRUE: true, FALSE: false }[word[1]!.toUpperCase() as 'NULL' | 'TRUE' | 'FALSE'];
  return (root) => values(root).some((value) => value === wanted);
}

function parseSelector(scanner: PatternScanner): Selector {
  if (!scanner.take('$')) throw new FilterPatternError();
  const steps: Step[] = [];
  let text = '$';
  for (;;) {
    const found = scanner.match(memberAny) ?? scanner.match(member) ?? scanner.match(bracketMember) ?? scanner.match(bracketIndex);
    if (!found) break;
    text += found[0];
    const name = found[1] ?? found[2];
    if (name === undefined || (name === '*' && found[0].startsWith('['))) steps.push('any');
    else if (/^\[\s*\d/.test(found[0])) steps.push({ index: Number(name) });
    else steps.push({ key: name });
  }
  if (steps.length === 0) throw new FilterPatternError();
  return { text, steps };
}

function select(root: unknown, steps: readonly Step[]): unknown[] {
  let values: unknown[] = [root];
  for (const step of steps) values = values.flatMap((value) => follow(value, step));
  return values;
}

function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === 'any') return Object.values(value);
  if ('index' in step) return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  return !Array.isArray(value) && Object.hasOwn(value, step.key) ? [(value as Record<string, unknown>)[step.key]] : [];
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function extractValues(root: unknown, selectors: readonly Selector[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const selector of selectors) {
    const value = select(root, selector.steps).find(isScalar);
    if (value !== undefined) values[selector.text] = String(value);
  }
  return values;
}
