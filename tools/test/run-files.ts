// Runs test files with node:test and counts. A file has a process of its own, or shares one with others of its batch:
// starting Node and loading the platform takes longer than most pure tests do.
import { run } from 'node:test';
import { join, resolve } from 'node:path';
import { FILE_ITSELF, closeBook, countTest, failOverdue, newBook } from './book.ts';
import type { Book, Tally, TestEvent } from './book.ts';

export interface RunOptions {
  /** Batches at a time. */
  readonly concurrency: number;
  /** Of one batch. */
  readonly timeoutMs: number;
  readonly say: (line: string) => void;
}

/** Files (relative to the root) that share a process; most often one. */
export type Batch = readonly string[];

/** Adds the results of the files to `tally`, with a line per file as its batch ends. */
export async function runFiles(root: string, batches: readonly Batch[], options: RunOptions, tally: Tally): Promise<void> {
  const waiting = batches.filter((batch) => batch.length > 0);
  const worker = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) await runBatch(root, batch, options, tally);
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
}

// One run per batch: a run of many files reports in the order of its list, and waits for ever on one that does not exit.
async function runBatch(root: string, batch: Batch, { timeoutMs, say }: RunOptions, tally: Tally): Promise<void> {
  const alone = batch.length === 1;
  const books = batch.map((file) => newBook(file, alone ? 0 : 1));
  const printed: string[] = [];
  const started = performance.now();
  const overdue = AbortSignal.timeout(timeoutMs);
  const files = alone ? [resolve(root, batch[0]!)] : [join(import.meta.dirname, 'batch-entry.ts')];
  const argv = alone ? [] : batch.map((file) => resolve(root, file));
  let current = books[0]!;
  for await (const event of run({ cwd: root, files, argv, signal: overdue, execArgv: ['--disable-warning=ExperimentalWarning'] })) {
    switch (event.type) {
      case 'test:start':
        if (!alone && event.data.nesting === 0) current = bookOf(books, event.data.name) ?? current;
        current.names[event.data.nesting] = event.data.name;
        break;
      case 'test:stdout':
      case 'test:stderr':
        printed.push(event.data.message);
        break;
      case 'test:pass':
      case 'test:fail':
        countTest(current, event.data as TestEvent, event.type === 'test:pass');
        break;
    }
  }
  if (overdue.aborted) failOverdue(current, timeoutMs);
  if (alone) current.durationMs = performance.now() - started;
  const dead = alone ? undefined : books.flatMap((book) => book.failures).find((one) => one.name === FILE_ITSELF);
  for (const book of books) {
    // Those after one that took the process with it have not run.
    if (dead !== undefined && isBlank(book)) book.failures.push({ name: FILE_ITSELF, error: dead.error });
    closeBook(book, printed, tally, say);
  }
}

function bookOf(books: readonly Book[], suite: string): Book | undefined {
  return books.find((book) => suite.endsWith(book.file));
}

function isBlank(book: Book): boolean {
  return book.passed + book.skipped + book.failures.length === 0;
}
