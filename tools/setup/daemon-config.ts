// Makes Longshore's OCI runtime known in Docker's configuration: node daemon-config.ts FILE RUNTIME-PATH; without a path it is taken out.
// Everything else in the file stays. Exit code 0: changed; 3: nothing to change; 1 with a sentence: it cannot be.
import { readFileSync, renameSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const NAME = 'longshore';

/**
 * The file's text with the runtime in it, or undefined when it is there already. Throws when the text is not what Docker would read.
 * @param text undefined: there is no file
 */
export function withTaskRuntime(text: string | undefined, path: string): string | undefined {
  const config: unknown = text === undefined || text.trim() === '' ? {} : JSON.parse(text);
  if (!isObject(config)) throw new Error('it holds no JSON object');
  const runtimes = config['runtimes'] ?? {};
  if (!isObject(runtimes)) throw new Error('its "runtimes" is no JSON object');
  const there = runtimes[NAME];
  if (isObject(there) && there['path'] === path) return undefined;
  return `${JSON.stringify({ ...config, runtimes: { ...runtimes, [NAME]: { path } } }, undefined, 2)}\n`;
}

/** The file's text without the runtime, or undefined when it is not there. */
export function withoutTaskRuntime(text: string | undefined): string | undefined {
  const config: unknown = text === undefined || text.trim() === '' ? {} : JSON.parse(text);
  if (!isObject(config) || !isObject(config['runtimes']) || config['runtimes'][NAME] === undefined) return undefined;
  const { [NAME]: _ours, ...others } = config['runtimes'];
  const { runtimes: _all, ...rest } = config;
  return `${JSON.stringify(Object.keys(others).length > 0 ? { ...rest, runtimes: others } : rest, undefined, 2)}\n`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const [file = '', path] = process.argv.slice(2);
  try {
    const text = path === undefined ? withoutTaskRuntime(read(file)) : withTaskRuntime(read(file), path);
    if (text === undefined) process.exit(3);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.longshore`, text, { mode: 0o644 });
    renameSync(`${file}.longshore`, file);
  } catch (error) {
    console.error(`${file}: ${(error as Error).message}`);
    process.exit(1);
  }
}
