// Writes docs/compatibility/ from the operations tables; with --check only says which pages are behind the code.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { coverageOf, renderPages } from './coverage.ts';
import type { ServiceCoverage } from './coverage.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/compatibility');

/** Reads the table of every service in src/api. */
export async function loadCoverage(): Promise<ServiceCoverage[]> {
  const files = globSync('src/api/*/operations.ts', { cwd: ROOT }).sort();
  return await Promise.all(
    files.map(async (file) => {
      const { OPERATIONS } = (await import(join(ROOT, file))) as { OPERATIONS: Record<string, { implemented?: boolean }> };
      return coverageOf(basename(dirname(file)), OPERATIONS);
    }),
  );
}

/** Names of the pages in docs/compatibility/ that are missing, too many or not what the code says. */
export async function stalePages(): Promise<string[]> {
  const pages = renderPages(await loadCoverage());
  const seen = existsSync(FOLDER) ? globSync('*.md', { cwd: FOLDER }) : [];
  const behind = Object.keys(pages).filter((name) => !seen.includes(name) || readFileSync(join(FOLDER, name), 'utf8') !== pages[name]);
  return [...behind, ...seen.filter((name) => pages[name] === undefined)].sort();
}

async function writePages(): Promise<void> {
  const pages = renderPages(await loadCoverage());
  mkdirSync(FOLDER, { recursive: true });
  for (const name of globSync('*.md', { cwd: FOLDER })) if (pages[name] === undefined) rmSync(join(FOLDER, name));
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(FOLDER, name), text);
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) await writePages();
  const stale = await stalePages();
  for (const name of stale) process.stderr.write(`docs/compatibility/${name} is behind the code: node tools/coverage/generate.ts\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
}
