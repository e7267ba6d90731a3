// Runs test files with node:test, each in a process of its own, and counts.
import { run } from 'node:test';
import { resolve } from 'node:path';

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

export interface RunOptions {
  /** Files at a time. */
  readonly concurrency: number;
  /** Of one file. */
  readonly timeoutMs: number;
  readonly say: (line: string) => void;
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
    readonly error?: (Error & { failureType?: string; cause?: unknown }) | undefined;
  };
}

export function emptyTally(): Tally {
  return { tests: 0, passed: 0, skipped: 0, failures: [], files: [] };
}

/** Adds the results of `files` (relative to `root`) to `tally`, with a line per file as it ends. */
export async function runFiles(root: string, files: readonly string[], options: RunOptions, tally: Tally): Promise<void> {
  const waiting = [...files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      closeBook(await runFile(root, file, options.timeoutMs), tally, options.say);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
}

// One run per file: a run of many reports in the order of its list, and waits for ever on a file that does not exit.
async function runFile(root: string, file: string, timeoutMs: number): Promise<Book> {
  const book = newBook(file);
  const started = performance.now();
  const overdue = AbortSignal.timeout(timeoutMs);
  const stream = run({ cwd: root, files: [resolve(root, file)], signal: overdue, execArgv: ['--disable-warning=ExperimentalWarning'] });
  for await (const event of stream) {
    switch (event.type) {
      case 'test:start':
        book.names[event.data.nesting] = event.data.name;
        break;
      case 'test:stdout':
      case 'test:stderr':
        book.output.push(event.data.message);
        break;
      case 'test:pass':
      case 'test:fail':
        count(book, event.data as TestEvent, event.type === 'test:pass');
        break;
    }
  }
  if (overdue.aborted) {
    const error = `did not end in ${timeoutMs / 1000} s: a test hangs, or something it opened is still open`;
    book.failures.splice(0, Infinity, ...book.failures.filter((one) => one.name !== FILE_ITSELF), { name: FILE_ITSELF, error });
  }
  book.durationMs = performance.now() - started;
  return book;
}

/** Where a failure belongs to no test of the file. */
const FILE_ITSELF = 'the file itself';

interface Book {
  readonly file: string;
  readonly names: string[];
  readonly output: string[];
  readonly failures: { name: string; error: unknown }[];
  passed: number;
  skipped: number;
  durationMs: number;
}

function newBook(file: string): Book {
  return { file, names: [], output: [], failures: [], passed: 0, skipped: 0, durationMs: 0 };
}

/** One finished test. Suites are not tests, and a parent that failed only through its children is not a failure of its own. */
function count(book: Book, event: TestEvent, passed: boolean): void {
  const isFile = event.nesting === 0 && event.name.endsWith(book.file);
  if (event.details.type === 'suite' || event.details.error?.failureType === 'subtestsFailed') return;
  if (isFile && passed) return;
  if (event.skip !== undefined && event.skip !== false) book.skipped += 1;
  else if (passed) book.passed += 1;
  else book.failures.push({ name: isFile ? FILE_ITSELF : [...book.names.slice(0, event.nesting), event.name].join(' > '), error: event.details.error });
}

function closeBook(book: Book, tally: Tally, say: (line: string) => void): void {
  const tests = book.passed + book.skipped + book.failures.length;
  // A file without tests is one that somebody believes to be testing something.
  if (tests === 0) book.failures.push({ name: FILE_ITSELF, error: 'holds no test' });
  const output = book.output.join('').trimEnd().split('\n').slice(-40).join('\n');
  book.failures.forEach(({ name, error }, index) => {
    const printed = index === book.failures.length - 1 && output !== '' ? `\nprinted by the file:\n${output}` : '';
    tally.failures.push({ name, file: book.file, text: errorText(error) + printed });
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
