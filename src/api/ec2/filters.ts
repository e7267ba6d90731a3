// EC2's filters: a row passes when it has, for every filter, one of its values. `*` stands for any text, `?` for one character,
// a backslash takes their meaning away; case counts.
import type { Tag } from '#model/tag.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import type { Filter } from './shapes.ts';

/** What a filter compares: text, a number, a flag, several of them, or nothing. */
export type FieldValue = string | number | boolean | undefined | readonly (string | number | boolean | undefined)[];

/** The filters an operation knows besides those of tags, by name. */
export type Fields<Row> = Readonly<Record<string, (row: Row) => FieldValue>>;

/**
 * One test for all filters of a request.
 * @param tagsOf for `tag:<key>` and `tag-key`; undefined where the operation has no tag filters
 */
export function parseFilters<Row>(
  filters: readonly Filter[] | undefined,
  fields: Fields<Row>,
  tagsOf?: (row: Row) => readonly Tag[],
): (row: Row) => boolean {
  const tests = (filters ?? []).map((filter) => parseFilter(filter, fields, tagsOf));
  return (row) => tests.every((passes) => passes(row));
}

function parseFilter<Row>({ Name: name, Values: values }: Filter, fields: Fields<Row>, tagsOf: ((row: Row) => readonly Tag[]) | undefined): (row: Row) => boolean {
  if (name === undefined || name === '') throw invalidParameter("The filter 'null' is invalid");
  const field = Object.hasOwn(fields, name) ? fields[name] : tagField(name, tagsOf);
  if (field === undefined) throw invalidParameter(`The filter '${name}' is invalid`);
  if (values === undefined || values.length === 0) throw missingParameter(`Filter.${name}.Value`);
  const patterns = values.map(parsePattern);
  return (row) => list(field(row)).some((value) => patterns.some((matches) => matches(value)));
}

function tagField<Row>(name: string, tagsOf: ((row: Row) => readonly Tag[]) | undefined): ((row: Row) => FieldValue) | undefined {
  if (tagsOf === undefined) return undefined;
  if (name === 'tag-key') return (row) => tagsOf(row).map((tag) => tag.key);
  if (name === 'tag-value') return (row) => tagsOf(row).map((tag) => tag.value);
  if (!name.startsWith('tag:')) return undefined;
  const key = name.slice('tag:'.length);
  return (row) => tagsOf(row).find((tag) => tag.key === key)?.value;
}

/** A test for one value of a filter. */
export function parsePattern(pattern: string): (value: string) => boolean {
  if (!/[*?\\]/.test(pattern)) return (value) => value === pattern;
  let expression = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*') expression += '[^]*';
    else if (char === '?') expression += '[^]';
    else if (char === '\\' && i + 1 < pattern.length) expression += RegExp.escape(pattern[++i] as string);
    else expression += RegExp.escape(char);
  }
  const compiled = new RegExp(`^${expression}$`);
  return (value) => compiled.test(value);
}

function list(value: FieldValue): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((each) => each !== undefined).map(String);
}
