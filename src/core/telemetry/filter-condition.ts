// Conditions of JSON and space-delimited filter patterns: an operator and a value, compared with what a message holds.
import { FilterPatternError } from './filter-error.ts';
import { parseFilterRegex } from './filter-regex.ts';

export type Scalar = string | number | boolean;
export type Condition = (value: Scalar) => boolean;

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A character position in a pattern, with the few steps both grammars need. */
export class PatternScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    this.skipSpace();
    return this.#at >= this.#text.length;
  }

  skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** Takes the first of these that stands here. */
  take(...options: readonly string[]): string | undefined {
    this.skipSpace();
    const found = options.find((option) => this.#text.startsWith(option, this.#at));
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Takes what the expression, which must be sticky, matches here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    this.skipSpace();
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text) ?? undefined;
    if (found) this.#at += found[0].length;
    return found;
  }
}

const operators = ['!=', '=!', '<=', '>=', '=', '<', '>'] as const;

/** Reads an operator and a value. `bare` says which characters an unquoted value may have. Throws FilterPatternError. */
export function parseCondition(scanner: PatternScanner, bare: RegExp): Condition {
  const operator = scanner.take(...operators);
  const quoted = operator && scanner.match(/"((?:[^"\\]|\\.)*)"/y);
  const regex = operator && !quoted && scanner.match(/%([^%]*)%/y);
  const word = operator && !quoted && !regex && scanner.match(bare);
  if (!operator || !(quoted || regex || word)) throw new FilterPatternError();
  if (operator === '<' || operator === '>' || operator === '<=' || operator === '>=') {
    if (!word || !number.test(word[0])) throw new FilterPatternError();
    return compareNumber(operator, Number(word[0]));
  }
  const equals = quoted ? equalsText(quoted[1]!.replace(/\\(.)/g, '$1')) : regex ? matchesRegex(regex[1]!) : equalsWord((word as RegExpExecArray)[0]);
  return operator === '=' ? equals : (value) => !equals(value);
}

function compareNumber(operator: '<' | '>' | '<=' | '>=', limit: number): Condition {
  return (value) => {
    const actual = toNumber(value);
    if (actual === undefined) return false;
    if (operator === '<') return actual < limit;
    if (operator === '>') return actual > limit;
    return operator === '<=' ? actual <= limit : actual >= limit;
  };
}

function toNumber(value: Scalar): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && number.test(value) ? Number(value) : undefined;
}

function equalsWord(word: string): Condition {
  const text = equalsText(word);
  if (!number.test(word)) return text;
  const wanted = Number(word);
  return (value) => text(value) || toNumber(value) === wanted;
}

/** An asterisk at either end stands for anything; inside it is an asterisk. */
function equalsText(pattern: string): Condition {
  const open = pattern.startsWith('*');
  const close = pattern.length > 1 && pattern.endsWith('*');
  const core = pattern.slice(open ? 1 : 0, close ? -1 : undefined);
  if (open && close) return (value) => String(value).includes(core);
  if (open) return (value) => String(value).endsWith(core);
  if (close) return (value) => String(value).startsWith(core);
  return (value) => String(value) === core;
}

function matchesRegex(source: string): Condition {
  const regex = parseFilterRegex(source);
  return (value) => regex.test(String(value));
}
