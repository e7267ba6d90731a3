// How results read: the slowest files, the failures, and the last line that machines read.
import type { Failure, FileResult, Tally } from './book.ts';

const SLOWEST_SHOWN = 5;
const SLOW_MS = 1_000;

export function renderSlowest(files: readonly FileResult[]): string[] {
  const slow = files.filter((one) => one.durationMs >= SLOW_MS).sort((a, b) => b.durationMs - a.durationMs);
  if (slow.length === 0) return [];
  return ['\nslowest files:', ...slow.slice(0, SLOWEST_SHOWN).map((one) => `  ${(one.durationMs / 1000).toFixed(1).padStart(6)} s  ${one.file}`)];
}

export function renderFailures(failures: readonly Failure[]): string[] {
  if (failures.length === 0) return [];
  const blocks = failures.map((one, index) => `\n${index + 1}) ${one.name}\n   ${one.file}\n${indent(one.text)}`);
  return [`\n${failures.length} failed:`, ...blocks];
}

/** `12 passed, 1 failed` or `12 passed, 1 failed, 3 skipped`. */
export function renderSummary(tally: Pick<Tally, 'passed' | 'skipped' | 'failures'>): string {
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  return `${tally.passed} passed, ${tally.failures.length} failed${skipped}`;
}

function indent(text: string): string {
  return text.trimEnd().split('\n').map((line) => `   ${line}`).join('\n');
}
