// Filter patterns for space-delimited messages: [ip, user, ..., status = 4*, bytes > 1000].
import { parseCondition, PatternScanner, type Condition } from './filter-condition.ts';
import { FilterPatternError } from './filter-error.ts';
import type { EventFilter } from './filter-pattern.ts';

interface Field {
  /** Empty for a field without a name. */
  readonly name: string;
  readonly test: Condition;
}

interface Fields {
  readonly before: readonly Field[];
  /** After an ellipsis; undefined when there is none. */
  readonly rest: readonly Field[] | undefined;
}

const bareValue = /[^\s",&|=<>!%]+/y;
/** A field of a message: in quotation marks, in square brackets, or up to the next space. */
const messageField = /"([^"]*)"|\[([^\]]*)\]|(\S+)/g;

/** `body` is what stands between the square brackets. Throws FilterPatternError. */
export function parseFieldFilter(body: string): EventFilter {
  const fields = parseFields(body);
  const matches = (message: string): boolean => {
    const values = splitMessage(message);
    const at = align(fields, values.length);
    return at !== undefined && at.every(({ field, index }) => field.test(values[index]!));
  };
  return { matches, needle: undefined, extract: (message) => extractFields(fields, splitMessage(message)) };
}

function parseFields(body: string): Fields {
  const scanner = new PatternScanner(body);
  const before: Field[] = [];
  let rest: Field[] | undefined;
  do {
    if (scanner.take('...', '…')) {
      if (rest) throw new FilterPatternError();
      rest = [];
    } else {
      (rest ?? before).push(parseField(scanner));
    }
  } while (scanner.take(','));
  if (!scanner.done) throw new FilterPatternError();
  return { before, rest };
}

function parseField(scanner: PatternScanner): Field {
  const name = scanner.match(/[A-Za-z0-9_\-$@.]+/y)?.[0] ?? '';
  if (name === '' || !scanner.match(/(?=[=<>!])/y)) return { name, test: () => true };
  const any: Condition[][] = [[parseCondition(scanner, bareValue)]];
  for (;;) {
    const joined = scanner.take('&&', '||');
    if (!joined) break;
    // Conditions of one field are about that field: CloudWatch refuses another's name here, against its own guide.
    if (scanner.match(/[A-Za-z0-9_\-$@.]+/y)?.[0] !== name) throw new FilterPatternError();
    const condition = parseCondition(scanner, bareValue);
    if (joined === '&&') any.at(-1)!.push(condition);
    else any.push([condition]);
  }
  return { name, test: (value) => any.some((all) => all.every((condition) => condition(value))) };
}

function splitMessage(message: string): string[] {
  return Array.from(message.matchAll(messageField), (found) => found[1] ?? found[2] ?? found[3]!);
}

/** Which field stands for which value; undefined when the number of values does not fit. */
function align(fields: Fields, count: number): Array<{ field: Field; index: number }> | undefined {
  const { before, rest } = fields;
  if (rest ? count < before.length + rest.length : count !== before.length) return undefined;
  const head = before.map((field, index) => ({ field, index }));
  const tail = (rest ?? []).map((field, i) => ({ field, index: count - rest!.length + i }));
  return [...head, ...tail];
}

function extractFields(fields: Fields, values: readonly string[]): Record<string, string> {
  const names = new Map(align(fields, values.length)?.map(({ field, index }) => [index, field.name]));
  return Object.fromEntries(values.map((value, index) => [`$${names.get(index) || index + 1}`, value]));
}
