// awslogs-datetime-format: a strftime format becomes the expression that a log event's first line matches.
// Source: Docker's awslogs driver documentation. What is not a conversion is taken as it is, as an expression.

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const anyOf = (words: readonly string[]): string => `(?:${words.join('|')})`;
const short = (words: readonly string[]): string[] => words.map((word) => word.slice(0, 3));

const conversions: Readonly<Record<string, string>> = {
  a: anyOf(short(weekdays)),
  A: anyOf(weekdays),
  w: '[0-6]',
  d: '(?:0[1-9]|[12][0-9]|3[01])',
  b: anyOf(short(months)),
  B: anyOf(months),
  m: '(?:0[1-9]|1[0-2])',
  Y: '[0-9]{4}',
  y: '[0-9]{2}',
  H: '(?:[01][0-9]|2[0-3])',
  I: '(?:0[0-9]|1[0-2])',
  p: '[AP]M',
  M: '[0-5][0-9]',
  S: '[0-5][0-9]',
  f: '[0-9]{6}',
  z: '[+-][0-9]{4}',
  Z: '[A-Z]{1,4}T',
  j: '(?:[0-2][0-9][0-9]|3[0-5][0-9]|36[0-6])',
  // With its dot: the format is written %S%L.
  L: '\\.[0-9]{3}',
};

/** The source of a regular expression, or undefined when the format has a conversion that the driver does not know. */
export function datetimePattern(format: string): string | undefined {
  let known = true;
  const pattern = format.replace(/%(.)/gs, (_, conversion: string) => {
    const found = conversions[conversion];
    known &&= found !== undefined;
    return found ?? '';
  });
  return known ? pattern : undefined;
}
