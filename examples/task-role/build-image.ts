// Builds the image out of what is here: Node, the libraries it is linked against and the AWS SDK of this repository's node_modules.
// `node examples/task-role/build-image.ts [name]`. Downloads nothing.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const HERE = import.meta.dirname;
const MODULES = join(HERE, '../../node_modules');

/** What `ldd` names, by the path the loader looks for it at. */
function librariesOf(binary: string): string[] {
  const listed = execFileSync('ldd', [binary], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] as string);
}

/** The package and everything it depends on, as folders relative to node_modules. */
function closureOf(name: string, from = MODULES, found = new Set<string>()): ReadonlySet<string> {
  let folder = join(from, 'node_modules', name);
  if (!existsSync(folder)) folder = join(MODULES, name);
  const relative = folder.slice(MODULES.length + 1);
  if (found.has(relative)) return found;
  found.add(relative);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
  for (const dependency of Object.keys(dependencies)) closureOf(dependency, folder, found);
  return found;
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true });
}

const folder = mkdtempSync(join(tmpdir(), 'task-role-image-'));
try {
  const root = join(folder, 'rootfs');
  const node = realpathSync(process.execPath);
  copy(node, join(root, 'bin/node'));
  for (const library of librariesOf(node)) copy(library, join(root, library));
  for (const path of closureOf('@aws-sdk/client-ssm')) copy(join(MODULES, path), join(root, 'app/node_modules', path));
  mkdirSync(join(root, 'tmp'), { mode: 0o1777 });
  for (const file of ['Dockerfile', 'app.mjs']) copy(join(HERE, file), join(folder, file));
  execFileSync('docker', ['build', '--quiet', '--tag', process.argv[2] ?? 'longshore-example/task-role', folder], { stdio: ['ignore', 'inherit', 'pipe'] });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
