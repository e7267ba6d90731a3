// What one test file did, event by event, and how it enters the tally.

export interface Failure {
  /** `outer test > inner test` */
  readonly name: string;
  readonly file: string;
  /** The error, and what the file printed. */
  readonly text: string;
}

export interface FileResult {
  readonly file: string;
  readonly durationMs: number;
  readonly tests: number;
}

export interface Tally {
  tests: number;
  passed: number;
  skipped: number;
  readonly failures: Failure[];
  readonly files: FileResult[];
}

export function emptyTally(): Tally {
  return { tests: 0, passed: 0, skipped: 0, failures: [], files: [] };
}

/** What the runner says about one test; the part of node:test's events that we read. */
export interface TestEvent {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: {
    readonly type?: string | undefined;
    readonly duration_ms?: number | undefined;
    readonly error?: (Error & { failureType?: string; cause?: unknown }) | undefined;
  };
}

/** Where a failure belongs to no test of the file. */
export const FILE_ITSELF = 'the file itself';

export interface Book {
  readonly file: string;
  /** Nesting of the file's own tests: 1 where the file is a suite among others of its process. */
  readonly depth: number;
  /** Names of the tests that are open, by nesting. */
  readonly names: string[];
  readonly failures: { name: string; error: unknown }[];
  passed: number;
  skipped: number;
  durationMs: number;
}

export function newBook(file: string, depth: number): Book {
  return { file, depth, names: [], failures: [], passed: 0, skipped: 0, durationMs: 0 };
}

/** One finished test. A suite that passes is not a test, and a parent that failed only through its children is not a failure of its own. */
export function countTest(book: Book, event: TestEvent, passed: boolean): void {
  const isFile = event.nesting < book.depth || (event.nesting === 0 && event.name.endsWith(book.file));
  if (isFile && event.details.duration_ms !== undefined) book.durationMs = event.details.duration_ms;
  if (event.details.error?.failureType === 'subtestsFailed') return;
  if (passed && (isFile || event.details.type === 'suite')) return;
  if (event.skip !== undefined && event.skip !== false) book.skipped += 1;
  else if (passed) book.passed += 1;
  else book.failures.push({ name: isFile ? FILE_ITSELF : [...book.names.slice(book.depth, event.nesting), event.name].join(' > '), error: event.details.error });
}

/** The file did not end in its time: what it had opened is the failure, and not that the runner ended it. */
export function failOverdue(book: Book, timeoutMs: number): void {
  const error = `did not end in ${timeoutMs / 1000} s: a test hangs, or something it opened is still open`;
  book.failures.splice(0, Infinity, ...book.failures.filter((one) => one.name !== FILE_ITSELF), { name: FILE_ITSELF, error });
}

/** Enters the file into the tally and says how it went. `printed`: what its process wrote. */
export function closeBook(book: Book, printed: readonly string[], tally: Tally, say: (line: string) => void): void {
  // A file without tests is one that somebody believes to be testing something.
  if (book.passed + book.skipped + book.failures.length === 0) book.failures.push({ name: FILE_ITSELF, error: 'holds no test' });
  const tests = book.passed + book.skipped + book.failures.length;
  const output = printed.join('').trimEnd().split('\n').slice(-40).join('\n');
  book.failures.forEach(({ name, error }, index) => {
    const text = index === book.failures.length - 1 && output !== '' ? `\nprinted by the file:\n${output}` : '';
    tally.failures.push({ name, file: book.file, text: errorText(error) + text });
  });
  tally.tests += tests;
  tally.passed += book.passed;
  tally.skipped += book.skipped;
  tally.files.push({ file: book.file, durationMs: book.durationMs, tests });
  const result = book.failures.length === 0 ? 'ok  ' : 'FAIL';
  say(`${result} ${book.file} (${tests} tests, ${(book.durationMs / 1000).toFixed(1)} s)`);
}

// node:test wraps what a test threw; the wrapper's stack is the runner's own.
function errorText(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  const stack = (inner.stack ?? inner.message).split('\n').filter((line) => !line.includes('node:internal'));
  return stack.join('\n');
}
