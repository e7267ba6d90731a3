// Reading command lines: what node:util parses, with mistakes as UsageError.
import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

export type OptionTable = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly default?: string; readonly multiple?: true }>>;

export interface Arguments {
  text(name: string): string | undefined;
  /** Of an option that may be given more than once. */
  list(name: string): string[];
  flag(name: string): boolean;
  /** Throws UsageError for anything but a whole number from 0. */
  integer(name: string): number | undefined;
}

/** @throws UsageError */
export function readArguments(args: readonly string[], options: OptionTable): Arguments {
  const values = parse(args, options);
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  return {
    text,
    list: (name) => (Array.isArray(values[name]) ? values[name].filter((one) => typeof one === 'string') : []),
    flag: (name) => values[name] === true,
    integer(name) {
      const given = text(name);
      if (given === undefined) return undefined;
      const value = Number(given);
      if (given.trim() === '' || !Number.isInteger(value) || value < 0) throw new UsageError(`--${name} needs a whole number, got '${given}'`);
      return value;
    },
  };
}

function parse(args: readonly string[], options: OptionTable): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
