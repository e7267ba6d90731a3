// Typed output to JSON text. Ours rather than the SDK's: one projection, then the engine's own JSON.stringify, is three times
// as fast (docs/adr/wire-codecs.md); tests/wire holds it equal to the SDK's writer.
import type { Shape, StructureShape } from '../shape.ts';
import { formatDate } from './timestamp.ts';

// In the engine, not yet in TypeScript's library.
const RAW_JSON = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** Null: the value goes out as it is. */
type Projector = ((value: any) => unknown) | null;

export interface JsonWriter {
  /** Members of the shape only, in the model's order; absent, null and undefined members are left out. */
  write(shape: StructureShape, value: unknown): string;
}

/** `jsonNames`: rename members by their jsonName trait (rest-json). Projections are compiled once per shape. */
export function createJsonWriter(jsonNames = false): JsonWriter {
  const cache = new Map<Shape, Projector>();
  return {
    write(shape, value) {
      const project = projectorOf(shape, cache, jsonNames);
      return JSON.stringify(project === null ? value : project(value ?? {}));
    },
  };
}

function projectorOf(shape: Shape, cache: Map<Shape, Projector>, jsonNames: boolean): Projector {
  const found = cache.get(shape);
  if (found !== undefined) return found;
  const projector = compile(shape, cache, jsonNames);
  cache.set(shape, projector);
  return projector;
}

function compile(shape: Shape, cache: Map<Shape, Projector>, jsonNames: boolean): Projector {
  switch (shape.kind) {
    case 'structure':
      return compileStructure(shape, cache, jsonNames);
    case 'list': {
      const { sparse } = shape;
      const inner = later(shape.item, cache, jsonNames);
      return (list: readonly unknown[]) => projectList(list, inner(), sparse);
    }
    case 'map': {
      const { sparse } = shape;
      const inner = later(shape.value, cache, jsonNames);
      return (map: Readonly<Record<string, unknown>>) => projectMap(map, inner(), sparse);
    }
    case 'number':
      return (value: number) => (Number.isFinite(value) ? value : String(value));
    case 'timestamp': {
      const format = shape.format ?? 'epoch-seconds';
      return format === 'epoch-seconds' ? (value: Date) => value.getTime() / 1_000 : (value: Date) => formatDate(value, format);
    }
    case 'blob':
      return (value: Uint8Array | string) => Buffer.from(value as Uint8Array).toString('base64');
    case 'bigInteger':
      return (value: bigint) => RAW_JSON.rawJSON(String(value));
    default:
      return null;
  }
}

/** Shapes may contain themselves: inner projectors are looked up at first use. */
function later(shape: Shape, cache: Map<Shape, Projector>, jsonNames: boolean): () => Projector {
  let inner: Projector | undefined;
  return () => (inner === undefined ? (inner = projectorOf(shape, cache, jsonNames)) : inner);
}

function compileStructure(shape: StructureShape, cache: Map<Shape, Projector>, jsonNames: boolean): Projector {
  let fields: { from: string; to: string; project: Projector }[] | undefined;
  return (value: Readonly<Record<string, unknown>>) => {
    fields ??= shape.members.map((member) => ({
      from: member.name,
      to: jsonNames ? (member.traits.jsonName ?? member.name) : member.name,
      project: projectorOf(member.shape, cache, jsonNames),
    }));
    const out: Record<string, unknown> = {};
    for (const { from, to, project } of fields) {
      const field = value[from];
      if (field !== undefined && field !== null) out[to] = project === null ? field : project(field);
    }
    return out;
  };
}

function projectList(list: readonly unknown[], project: Projector, sparse: boolean): unknown[] {
  const out: unknown[] = [];
  for (const item of list) {
    if (item === null || item === undefined) {
      if (sparse) out.push(null);
    } else {
      out.push(project === null ? item : project(item));
    }
  }
  return out;
}

function projectMap(map: Readonly<Record<string, unknown>>, project: Projector, sparse: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(map)) {
    const item = map[key];
    if (item === null || item === undefined) {
      if (!sparse) continue;
      define(out, key, null);
    } else {
      define(out, key, project === null ? item : project(item));
    }
  }
  return out;
}

function define(out: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(out, key, { value, enumerable: true });
  else out[key] = value;
}
