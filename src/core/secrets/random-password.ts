// Passwords of Secrets Manager's GetRandomPassword.

export interface PasswordRules {
  readonly length: number;
  readonly exclude: string;
  readonly lowercase: boolean;
  readonly uppercase: boolean;
  readonly numbers: boolean;
  readonly punctuation: boolean;
  readonly space: boolean;
  /** At least one of each kind that is left. */
  readonly eachKind: boolean;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Undefined when the rules leave nothing to choose from, or more kinds than there are places. @param below a uniform number in [0, n) */
export function makePassword(rules: PasswordRules, below: (n: number) => number): string | undefined {
  const kinds = [
    rules.lowercase ? LOWER : '',
    rules.uppercase ? LOWER.toUpperCase() : '',
    rules.numbers ? '0123456789' : '',
    rules.punctuation ? PUNCTUATION : '',
    rules.space ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !rules.exclude.includes(character)))
    .filter((kind) => kind.length > 0);
  const all = kinds.flat();
  const required = rules.eachKind ? kinds : [];
  if (all.length === 0 || required.length > rules.length) return undefined;
  const pick = (from: readonly string[]): string => from[below(from.length)]!;
  const characters = [...required.map(pick), ...Array.from({ length: rules.length - required.length }, () => pick(all))];
  // Shuffled, or the first places would tell their kind.
  for (let at = characters.length - 1; at > 0; at--) {
    const other = below(at + 1);
    [characters[at], characters[other]] = [characters[other]!, characters[at]!];
  }
  return characters.join('');
}
