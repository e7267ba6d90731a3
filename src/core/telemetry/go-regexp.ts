// Users write awslogs-multiline-pattern for Go's regexp package; this turns its common syntax into JavaScript's.

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: '\\t ',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** The expression, or undefined when it does not compile. Flags are taken from a leading `(?ims)` group. */
export function goRegExp(pattern: string): RegExp | undefined {
  let source = pattern;
  let flags = '';
  const leading = /^\(\?([imsU]+)\)/.exec(source);
  if (leading) {
    source = source.slice(leading[0].length);
    flags = [...new Set(leading[1]!.replace('U', ''))].join('');
  }
  source = source
    .replace(/\(\?P</g, '(?<')
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not === '' ? (classes[name] ?? whole) : whole))
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$');
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
