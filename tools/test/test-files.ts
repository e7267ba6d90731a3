// Which test files there are, by what they need: nothing, or this machine's Docker and outside clients.
import { globSync } from 'node:fs';
import type { Batch } from './run-files.ts';

export interface TestFiles {
  /** `*.test.ts`: need nothing but Node. */
  readonly plain: readonly string[];
  /** `*-crash.test.ts` and `*-kill.test.ts`: need nothing either, but kill processes over and over: minutes, not for every commit. */
  readonly crash: readonly string[];
  /** `*.docker.test.ts` and `*.compat.test.ts`: need Docker Engine, root, and for compat the AWS clients. */
  readonly machine: readonly string[];
}

/** Paths relative to `root`; the longest-running first, so that nothing long is left alone at the end. */
export function findTests(root: string): TestFiles {
  const all = globSync('{src,tests,tools,bench}/**/*.test.ts', { cwd: root }).sort();
  const plain = all.filter((file) => !isMachine(file) && !isCrash(file));
  return {
    plain: [...plain.filter(isLong), ...plain.filter((file) => !isLong(file))],
    crash: all.filter(isCrash),
    machine: all.filter(isMachine),
  };
}

/** Tests of layers that hold no state and open nothing share processes, one after the first long test; every other file has its own. */
export function batchesOf(files: readonly string[]): Batch[] {
  const shared = files.filter(isPure);
  const own = files.filter((file) => !isPure(file)).map((file) => [file]);
  return [...own.slice(0, 1), shared, ...own.slice(1)].filter((batch) => batch.length > 0);
}

function isPure(file: string): boolean {
  return /^src\/(base|model|core|wire|api|control|link|store|balancer|vault)\//.test(file);
}

function isMachine(file: string): boolean {
  return /\.(docker|compat)\.test\.ts$/.test(file);
}

function isCrash(file: string): boolean {
  return /-(crash|kill)\.test\.ts$/.test(file);
}

function isLong(file: string): boolean {
  return file.startsWith('tests/sim/');
}

/** Those whose path contains one of `parts`; all of them for none. */
export function chooseFiles(files: TestFiles, parts: readonly string[]): TestFiles {
  const chosen = (file: string): boolean => parts.length === 0 || parts.some((part) => file.includes(part.replace(/^\.\//, '')));
  return { plain: files.plain.filter(chosen), crash: files.crash.filter(chosen), machine: files.machine.filter(chosen) };
}
