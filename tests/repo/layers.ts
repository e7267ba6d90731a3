// The one direction of dependency (ARCHITECTURE.md, "Layers"), as a function of a file to its violations.
import { dirname, join } from 'node:path/posix';
import { importsOf, isTest } from './source.ts';
import type { SourceFile } from './source.ts';

const GROUND = ['base', 'model', 'core', 'store', 'link', 'wire'];

/** Layer → what it may import beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  core: ['base', 'model'],
  store: ['base', 'model'],
  link: ['base', 'model'],
  wire: ['base'],
  api: GROUND,
  control: GROUND,
  agent: GROUND,
  balancer: GROUND,
  objects: GROUND,
  registry: GROUND,
  telemetry: GROUND,
  vault: GROUND,
  instances: GROUND,
  cli: GROUND,
  app: [...GROUND, 'api', 'control', 'agent', 'balancer', 'objects', 'registry', 'telemetry', 'vault', 'instances', 'cli'],
};

/** The messages of the link are plain data, and what core renders: their types may be named there, nothing else of link. */
const MESSAGE_TYPES = /\bimport\s+type\s[^;]*?from\s*['"]#link\/messages\.ts['"]/g;

/** Where a client of the AWS SDK may be imported. Everywhere else a service's shapes come through its shapes.ts. */
const SDK_CLIENT_ALLOWED = /^(src\/api\/[^/]+\/shapes\.ts$|src\/cli\/|tests\/|bench\/|examples\/|tools\/|.*\.test\.ts$)/;

/** What core and model must not do: wait, read a clock, roll dice, touch the machine. */
const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\basync\b|\bawait\b/, 'async code'],
  [/\bPromise\b/, 'a promise'],
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/, 'the clock'],
  [/\bMath\.random\b|\bcrypto\b/, 'randomness'],
  [/\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, 'a timer'],
  [/\bprocess\b|\bfetch\(|\bconsole\b|\bglobalThis\b/, 'the machine'],
];

/** One line per violation; empty when the file keeps the rules. */
export function layerProblems(file: SourceFile): string[] {
  const sdk = SDK_CLIENT_ALLOWED.test(file.path) ? [] : importsOf(file).filter((name) => name.startsWith('@aws-sdk/client-'));
  const problems = sdk.map((name) => `imports ${name}: SDK shapes come through src/api/<svc>/shapes.ts`);
  const layer = layerOf(file.path);
  if (layer !== undefined && !isTest(file.path)) {
    const seen = layer === 'core' ? { ...file, code: file.code.replace(MESSAGE_TYPES, '') } : file;
    problems.push(...importsOf(seen).flatMap((name) => importProblem(file.path, layer, name) ?? []));
    if (layer === 'core' || layer === 'model') problems.push(...purityProblems(file));
  }
  return problems.map((problem) => `${file.path}: ${problem}`);
}

/** `src/core/task/x.ts` → `core`; `src/main.ts` → `app`; outside src → undefined. */
export function layerOf(path: string): string | undefined {
  const [top, layer, rest] = path.split('/');
  if (top !== 'src' || layer === undefined) return undefined;
  return rest === undefined ? 'app' : layer;
}

/** Libraries that compute and do nothing else: core may use them. */
const PURE_LIBRARIES: readonly string[] = ['re2js'];

function importProblem(path: string, layer: string, name: string): string | undefined {
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined) return `the folder src/${layer} is no layer of ARCHITECTURE.md`;
  if (name.startsWith('.')) {
    const target = layerOf(join(dirname(path), name));
    return target === layer ? undefined : `imports ${name}: across layers write #${target ?? 'layer'}/…`;
  }
  if (!name.startsWith('#')) {
    if (layer === 'core' && PURE_LIBRARIES.includes(name)) return undefined;
    return layer === 'core' || layer === 'model' ? `imports ${name}: ${layer} uses nothing but base and model` : undefined;
  }
  const target = name.slice(1).split('/')[0]!;
  if (target === 'tests') return `imports ${name}: only tests may`;
  if (target === layer) return path === 'src/main.ts' ? undefined : `imports ${name}: inside a layer write ./ or ../`;
  if (!allowed.includes(target)) return `imports ${name}: ${layer} may import ${allowed.join(', ') || 'nothing'}`;
  if ((layer === 'core' || layer === 'model') && name.startsWith('#base/system/')) return `imports ${name}: that is the machine; take the interface`;
  return undefined;
}

function purityProblems(file: SourceFile): string[] {
  return IMPURE.flatMap(([pattern, what]) => {
    const match = pattern.exec(file.bare);
    if (match === null) return [];
    const line = file.bare.slice(0, match.index).split('\n').length;
    return [`line ${line} uses ${what} (${match[0].trim()}): ${layerOf(file.path)} is pure; hand it in`];
  });
}
